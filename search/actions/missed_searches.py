"""Writing down what was looked for and not found."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

from search.models import MissedSearch, Missing
from search.questions import read_question


@transaction.atomic
def note_missed_search(text: str, *, by) -> None:
    """Counted for the words as they are read, whoever typed them and however they wrote them."""
    words = " ".join(read_question(text).words)[:200]
    if not words:
        return
    language = (get_language() or "en").partition("-")[0]
    search, _created = MissedSearch.objects.get_or_create(text=words, language=language)
    _row, is_another = Missing.objects.get_or_create(search=search, reader=_hash(by, words))
    MissedSearch.objects.filter(pk=search.pk).update(
        times=F("times") + 1, people=F("people") + int(is_another), last_at=timezone.now()
    )


def delete_missed_search(search: MissedSearch) -> None:
    """It has been seen to, or is nothing."""
    search.delete()


def _hash(user, words: str) -> str:
    return salted_hmac(f"search.missing:{words}", str(user.pk), algorithm="sha256").hexdigest()[:32]
