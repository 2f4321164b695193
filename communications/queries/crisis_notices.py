"""What stands on top of every page of the portal for whoever has not acknowledged a crisis that concerns them.

Whether one runs at all is kept in the cache, so that on all other days no page asks the database for it. A start says so before it
is committed, and what is looked up meanwhile never writes over that; where the cache is away, the database is asked."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from communications.models import Crisis, CrisisPerson, CrisisState
from communications.models.translations import best_language
from communications.queries.merge_values import language_of
from communications.rendering.merge_fields import with_labels
from partners.models import Contact

KEY = "crisis-runs"
KEPT_SECONDS, SAID_SECONDS = 15, 3600


@dataclass(frozen=True)
class CrisisNotice:
    crisis_id: str
    announcement_id: str
    title: str
    call_to_action: str
    language: str
    is_drill: bool
    started_at: datetime


def crisis_notices(contact: Contact | None) -> list[CrisisNotice]:
    """The newest first; one query while a crisis runs, by an index that holds only who is silent."""
    if contact is None or not a_crisis_runs():
        return []
    rows = CrisisPerson.objects.silent().filter(contact=contact, crisis__state=CrisisState.RUNNING)
    rows = rows.exclude(called_by__announcement=None).select_related("crisis", "called_by__announcement")
    return [notice_of(row, contact) for row in rows.order_by("-crisis__started_at")]


def a_crisis_runs() -> bool:
    known = cache.get(KEY)
    if known is None:
        known = Crisis.objects.filter(state=CrisisState.RUNNING).exists()
        cache.add(KEY, known, KEPT_SECONDS)
    return known


def say_that_one_runs() -> None:
    cache.set(KEY, True, SAID_SECONDS)


def notice_of(row: CrisisPerson, contact: Contact) -> CrisisNotice:
    """In the language of whoever reads it, where it is written in that."""
    announcement = row.called_by.announcement
    best = best_language(language_of(contact), announcement.language, announcement.translations) or announcement.language
    words = announcement.translations.get(best, {})
    return CrisisNotice(
        crisis_id=str(row.crisis.public_id), announcement_id=str(announcement.public_id),
        title=with_labels(words.get("title") or announcement.title),
        call_to_action=words.get("call_to_action") or announcement.call_to_action, language=best,
        is_drill=row.crisis.is_drill, started_at=row.crisis.started_at,
    )  # fmt: skip
