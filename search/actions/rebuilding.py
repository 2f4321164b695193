"""The index made anew from the nouns, so that a restored database, or one that was written past the actions, is found right."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from search.actions.indexing import learn_words
from search.models import Document, Passage, Word
from search.sources import sources


@dataclass(frozen=True)
class Rebuilt:
    counts: dict[str, int]
    forgotten: int


def rebuild_index() -> Rebuilt:
    """Each source tells all it has; what none told of is forgotten. People find things meanwhile. A kind whose app tells nothing by
    itself is left as it is."""
    began = timezone.now()
    telling = [source for source in sources() if source.rebuild]
    counts = {source.kind: source.rebuild() for source in telling}
    known = [source.kind for source in sources()]
    untold = Document.objects.filter(kind__in=counts, indexed_at__lt=began) | Document.objects.exclude(kind__in=known)
    _all, by_model = untold.delete()
    _learn_anew()
    return Rebuilt(counts, by_model.get(Document._meta.label, 0))


@transaction.atomic
def _learn_anew() -> None:
    """Words that no text has any more are forgotten with them."""
    Word.objects.all().delete()
    learn_words(Passage.objects.values_list("pk", flat=True))
