"""What waits for a person in the portal, of all kinds in one query."""

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import BooleanField, CharField, DateField, ExpressionWrapper, F, Q, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

from collaboration.models import InviteeAnswer, MeetingState
from collaboration.queries.meetings import upcoming_for
from communications.models import Answer
from communications.queries.conversations import conversations_of
from context.models import SurveyResponse
from context.queries.reviews import reviews_waiting_for
from context.queries.visibility import is_hidden
from partners.models import Contact
from partners.queries.tasks import shared_tasks

KINDS = ("certificate", "answer", "message", "meeting", "survey", "review", "task")
CERTIFICATE, ANSWER, MESSAGE, MEETING, SURVEY, REVIEW, TASK = KINDS
ANSWERS_ARE_NEWS_FOR = timedelta(days=14)
ANSWERS_SHOWN = 3
TASKS_SHOWN = 5


class Waiting(NamedTuple):
    """`who` answered or agreed it; `public_id` names what its page shows."""

    kind: str
    title: str
    detail: str
    who: str | None
    public_id: UUID | None
    due: date | None
    is_begun: bool
    order: int

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due < timezone.localdate()


def waiting_for(contact: Contact, *, reader) -> list[Waiting]:
    """By kind, what is due first; all certificates among them. Certificates are there for a `reader` who may see them."""
    parts = [
        _certificates(contact, reader), _answers(contact), _messages(contact), _meetings(contact), _surveys(contact),
        _tasks(contact),
    ]  # fmt: skip
    if contact.is_partner_admin:
        parts.append(_in_columns(REVIEW, reviews_waiting_for(contact.partner), title="title", address="public_id", due="due_on"))
    found = [Waiting(*row) for row in parts[0].union(*parts[1:], all=True)]
    return sorted(found, key=lambda row: (KINDS.index(row.kind), row.due or date.max, row.order))


def _certificates(contact: Contact, reader) -> QuerySet:
    held = contact.partner.certifications.filter(~is_hidden("certifications", reader, in_portal=True))
    return _in_columns(CERTIFICATE, held.order_by(), title="certification__name", due="expires_on")


def _answers(contact: Contact) -> QuerySet:
    answers = Answer.objects.filter(question__contact=contact, at__gte=timezone.now() - ANSWERS_ARE_NEWS_FOR)
    latest = answers.order_by("-at")[:ANSWERS_SHOWN]
    return _in_columns(
        ANSWER, latest, title="question__text", who="by", address="question__announcement__public_id", newest_first=True
    )


def _meetings(contact: Contact) -> QuerySet:
    invited = upcoming_for(contact, timezone.now()).filter(answer=InviteeAnswer.NONE, meeting__state=MeetingState.INVITED)
    columns = {"title": "meeting__title", "who": "meeting__host", "address": "meeting__public_id", "due": "meeting__starts_at"}
    return _in_columns(MEETING, invited.order_by(), **columns)


def _messages(contact: Contact) -> QuerySet:
    unread = conversations_of(contact).unread_by_contact()[:ANSWERS_SHOWN]
    return _in_columns(MESSAGE, unread, title="subject", who="manager", address="public_id", newest_first=True)


def _surveys(contact: Contact) -> QuerySet:
    asked = SurveyResponse.objects.asked_of(contact).open().order_by()
    begun = Q(started_at__isnull=False)
    return _in_columns(
        SURVEY, asked, title="survey__title", detail="survey__intro", address="public_id", due="survey__answer_by", begun=begun
    )


def _tasks(contact: Contact) -> QuerySet:
    return _in_columns(TASK, shared_tasks(contact.partner).open()[:TASKS_SHOWN], title="title", who="owner", due="due_on")


def _in_columns(
    kind: str, rows: QuerySet, *, title, detail="", who="", address="", due="", begun=None, newest_first=False
) -> QuerySet:
    """The columns of `Waiting`, each the name of a column of these rows or empty."""
    name = Coalesce(NullIf(f"{who}__name", Value("")), f"{who}__email") if who else Value(None)
    return rows.values_list(
        Value(kind, output_field=CharField()),
        Cast(F(title), TextField()),
        Cast(F(detail) if detail else Value(""), TextField()),
        Cast(name, TextField()),
        Cast(F(address) if address else Value(None), UUIDField()),
        Cast(F(due) if due else Value(None), DateField()),
        ExpressionWrapper(begun, output_field=BooleanField()) if begun else Value(False),
        -F("pk") if newest_first else F("pk"),
    )
