"""Words that mean the same to partners; managers keep the list."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid
from activity.uniqueness import unless_taken
from search.models import Synonym

MOST_WORDS, LONGEST = 20, 80


@transaction.atomic
def keep_synonym(row: Synonym, *, by, word: str, words: Iterable[str], language: str = "") -> Synonym:
    """A new one, or one that is changed. Found from the next search on."""
    row.word, row.language = _clean(word), language.strip().lower()
    row.words = list(dict.fromkeys(other for said in words if (other := _clean(said))))
    if not row.word:
        raise Invalid(_("Write the word that people type."), field="word")
    if not row.words or row.words == [row.word]:
        raise Invalid(_("Write at least one other word that means the same."), field="words")
    if len(row.words) > MOST_WORDS or any(len(said) > LONGEST for said in (row.word, *row.words)):
        words = {"most": MOST_WORDS, "longest": LONGEST}
        raise Invalid(_("At most %(most)d words, each of at most %(longest)d letters.") % words, field="words")
    with unless_taken(Invalid(_("“%(word)s” is in the list already; add to it there.") % {"word": row.word}, field="word")):
        row.save()
    record_activity("synonym.kept", f"“{row}” finds {', '.join(row.words)}, too", by=by, subject=row)
    return row


@transaction.atomic
def delete_synonym(row: Synonym, *, by) -> None:
    record_activity("synonym.deleted", f"“{row}” is no synonym any more", by=by, subject=row)
    row.delete()


def _clean(word: str) -> str:
    return " ".join(word.replace("\x00", "").split()).lower()
