"""What stands on top of every page of the portal for whoever has not acknowledged a crisis that concerns them.

Whether one runs at all is kept in the cache, so that on all other days no page asks the database for it. A start says so before it
is committed, and what is looked up meanwhile never writes over that; where the cache is away, the database is asked."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.core.cache import cache
from django.db.models import QuerySet
from django.db.models.functions import JSONObject

from communications.models import Crisis, CrisisPerson, CrisisState
from communications.models.translations import best_language
from communications.queries.merge_values import language_of
from communications.queries.unread import unread_among, unread_count
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


def crisis_notices(contact: Contact | None) -> list[CrisisNotice]:
    """The newest first; one query while a crisis runs, by an index that holds only who is silent."""
    if contact is None or not a_crisis_runs():
        return []
    return [notice_of(row, contact) for row in _unanswered(contact).select_related("crisis", "called_by__announcement")]


def notices_and_unread(contact: Contact) -> tuple[list[CrisisNotice], int]:
    """The same, and how much news waits: what is asked for every page, in one query whether a crisis runs or not."""
    if not a_crisis_runs():
        return [], unread_count(contact)
    told = ArraySubquery(_unanswered(contact).values(told=JSONObject(**_TOLD)))
    notices, unread = Contact.objects.filter(pk=contact.pk).values_list(told, unread_among(contact)).get()
    return [_notice(contact, **each) for each in notices], unread


_TOLD = {
    "crisis_id": "crisis__public_id",
    "is_drill": "crisis__is_drill",
    "announcement_id": "called_by__announcement__public_id",
    **{name: f"called_by__announcement__{name}" for name in ("title", "call_to_action", "language", "translations")},
}


def _unanswered(contact: Contact) -> QuerySet[CrisisPerson]:
    rows = CrisisPerson.objects.silent().filter(contact=contact, crisis__state=CrisisState.RUNNING)
    return rows.exclude(called_by__announcement=None).order_by("-crisis__started_at")


def a_crisis_runs() -> bool:
    known = cache.get(KEY)
    if known is None:
        known = Crisis.objects.filter(state=CrisisState.RUNNING).exists()
        cache.add(KEY, known, KEPT_SECONDS)
    return known


def say_that_one_runs() -> None:
    cache.set(KEY, True, SAID_SECONDS)


def notice_of(row: CrisisPerson, contact: Contact) -> CrisisNotice:
    announcement = row.called_by.announcement
    return _notice(
        contact, crisis_id=row.crisis.public_id, is_drill=row.crisis.is_drill, announcement_id=announcement.public_id,
        title=announcement.title, call_to_action=announcement.call_to_action, language=announcement.language,
        translations=announcement.translations,
    )  # fmt: skip


def _notice(
    contact: Contact, *, crisis_id, announcement_id, title, call_to_action, language, translations, is_drill
) -> CrisisNotice:
    """In the language of whoever reads it, where it is written in that."""
    best = best_language(language_of(contact), language, translations) or language
    words = translations.get(best, {})
    return CrisisNotice(
        crisis_id=str(crisis_id), announcement_id=str(announcement_id), title=with_labels(words.get("title") or title),
        call_to_action=words.get("call_to_action") or call_to_action, language=best, is_drill=is_drill,
    )  # fmt: skip
