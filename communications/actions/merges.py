"""Two contacts that turn out to be one person: what they wrote, follow and were asked is that person's. What names a partner
follows by itself."""

from django.db.models import OuterRef, Subquery

from communications.models import (
    Acknowledgement,
    CalendarFeed,
    Conversation,
    CrisisPerson,
    Delivery,
    Digest,
    DigestItem,
    Discussion,
    DiscussionMail,
    EngagementEvent,
    Follow,
    NewsletterPick,
    OpinionAsk,
    OpinionResponse,
    Post,
    PostReport,
    Question,
    ReadingReminder,
    Reminder,
    ReturnedMail,
    Touch,
)
from partners.actions.journal import Journal
from partners.merging import register_left_behind, register_same_person
from partners.models import Contact

OWN = (CalendarFeed, Conversation, Discussion, OpinionResponse, Post, Question)
# Of these a person has one beside another row: where both have it, the row of the one who stays counts.
ONE_EACH = ((CrisisPerson, "crisis"), (OpinionAsk, "survey"), (PostReport, "post"), (Follow, "forum"), (Follow, "discussion"))
SENT = "It says what was sent to that address, and every report goes on adding up."
DONE = "It says what was done with what was sent there, and is counted with it."
LEFT_BEHIND = {
    **dict.fromkeys(
        (Delivery, Digest, DigestItem, DiscussionMail, NewsletterPick, ReadingReminder, Reminder, ReturnedMail), SENT
    ),
    **dict.fromkeys((Acknowledgement, EngagementEvent, Touch), DONE),
}  # fmt: skip


def register() -> None:
    register_same_person(give_words_to, *OWN, *(model for model, _beside in ONE_EACH))
    for table, why in LEFT_BEHIND.items():
        register_left_behind(table, why)


def give_words_to(journal: Journal, stays: Contact, goes: Contact) -> None:
    _answer_crises_for_both(journal, stays, goes)
    for model in OWN:
        journal.set(model.objects.filter(contact=goes), contact_id=stays.pk)
    for model, beside in ONE_EACH:
        own = model.objects.filter(contact=stays, **{f"{beside}__isnull": False}).values(beside)
        theirs = model.objects.filter(contact=goes, **{f"{beside}__isnull": False}).exclude(**{f"{beside}__in": own})
        journal.set(theirs, contact_id=stays.pk)


def _answer_crises_for_both(journal: Journal, stays: Contact, goes: Contact) -> None:
    """Called by the same crisis under both names, whoever acknowledged as one of them has acknowledged."""
    for silent, other in ((stays, goes), (goes, stays)):
        heard = CrisisPerson.objects.filter(contact=other, crisis=OuterRef("crisis")).exclude(acknowledged_at=None)
        rows = CrisisPerson.objects.silent().filter(contact=silent)
        rows = rows.annotate(at=Subquery(heard.values("acknowledged_at")), how=Subquery(heard.values("acknowledged_how")))
        for row in rows.filter(at__isnull=False):
            answer = {"acknowledged_at": row.at, "acknowledged_how": row.how}
            journal.set(CrisisPerson.objects.filter(pk=row.pk), **answer)
