"""What waits for a person in the portal, of all kinds in one query."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from collaboration.models import InviteeAnswer, MeetingState
from collaboration.queries.meetings import upcoming_for
from communications.models import Answer
from communications.queries.conversations import conversations_of
from communications.queries.merge_values import language_of
from communications.queries.opinions import opinions_waiting_for, with_short_question, with_title_in
from context.models import SurveyResponse
from context.queries.reviews import reviews_waiting_for
from context.queries.visibility import is_hidden
from enablement.models import Certificate, CourseState, Participation
from partners.models import Contact
from partners.queries.tasks import shared_tasks
from partners.waiting import Waiting, in_columns, registered_kinds, rows_together

KINDS = ("certificate", "answer", "message", "meeting", "survey", "opinion", "review", "task")
CERTIFICATE, ANSWER, MESSAGE, MEETING, SURVEY, OPINION, REVIEW, TASK = KINDS
ANSWERS_ARE_NEWS_FOR = timedelta(days=14)
ANSWERS_SHOWN = 3
TASKS_SHOWN = 5
BY_COURSE = "course"


def waiting_for(contact: Contact, *, reader) -> list[Waiting]:
    """By kind, what is due first; all certificates among them. Certificates are there for a `reader` who may see them."""
    return waiting_for_all([contact], reader=reader)


def waiting_for_all(contacts: Iterable[Contact], *, reader) -> list[Waiting]:
    """For a person who works for several partners: one query, however many they are."""
    found = rows_together((contact.pk, part) for contact in contacts for part in _parts(contact, reader))
    order = [*KINDS, *(kind.name for kind in registered_kinds())]
    return sorted(found, key=lambda row: (order.index(row.kind), row.due or date.max, row.order))


def _parts(contact: Contact, reader) -> Iterator[QuerySet]:
    yield _certificates(contact, reader)
    for part in (_answers, _messages, _meetings, _surveys, _opinions, _tasks):
        yield part(contact)
    if contact.is_partner_admin:
        yield in_columns(REVIEW, reviews_waiting_for(contact.partner), title="title", address="public_id", due="due_on")
    yield from (rows for kind in registered_kinds() if (rows := kind.rows(contact, reader)) is not None)


def _certificates(contact: Contact, reader) -> QuerySet:
    """All that the organisation holds. `who` holds it, named by `public_id`; `detail` is said of what a course here renews, and
    `is_begun` once it is on its holder's list."""
    held = contact.partner.certifications.counting().filter(~is_hidden("certifications", reader, in_portal=True))
    issued = Certificate.objects.filter(typed_row=OuterRef("pk"), course__state=CourseState.PUBLISHED)
    renewed = Participation.objects.open().filter(contact=OuterRef("contact"), course__certificates__typed_row=OuterRef("pk"))
    held = held.annotate(by_course=Case(When(Exists(issued), then=Value(BY_COURSE)), default=Value("")))
    columns = {"title": "certification__name", "detail": "by_course", "who": "contact", "address": "contact__public_id"}
    return in_columns(CERTIFICATE, held.order_by(), due="expires_on", begun=Exists(renewed), **columns)


def _answers(contact: Contact) -> QuerySet:
    answers = Answer.objects.filter(question__contact=contact, at__gte=timezone.now() - ANSWERS_ARE_NEWS_FOR)
    latest = answers.order_by("-at")[:ANSWERS_SHOWN]
    return in_columns(
        ANSWER, latest, title="question__text", who="by", address="question__announcement__public_id", newest_first=True
    )


def _meetings(contact: Contact) -> QuerySet:
    invited = upcoming_for(contact, timezone.now()).filter(answer=InviteeAnswer.NONE, meeting__state=MeetingState.INVITED)
    columns = {"title": "meeting__title", "who": "meeting__host", "address": "meeting__public_id", "due": "day"}
    return in_columns(MEETING, invited.order_by().annotate(day=TruncDate("meeting__starts_at")), **columns)


def _messages(contact: Contact) -> QuerySet:
    unread = conversations_of(contact).unread_by_contact()[:ANSWERS_SHOWN]
    return in_columns(MESSAGE, unread, title="subject", who="manager", address="public_id", newest_first=True)


def _surveys(contact: Contact) -> QuerySet:
    asked = SurveyResponse.objects.asked_of(contact).open().order_by()
    begun = Q(started_at__isnull=False)
    return in_columns(
        SURVEY, asked, title="survey__title", detail="survey__intro", address="public_id", due="survey__answer_by", begun=begun
    )


def _opinions(contact: Contact) -> QuerySet:
    """`detail` is the question, where a survey has one only that is answered with a tap."""
    asked = with_title_in(with_short_question(opinions_waiting_for(contact).order_by()), language_of(contact))
    columns = {"title": "title", "detail": "short_question", "address": "survey__public_id", "due": "survey__answer_by"}
    return in_columns(OPINION, asked, **columns)


def _tasks(contact: Contact) -> QuerySet:
    return in_columns(TASK, shared_tasks(contact.partner).open()[:TASKS_SHOWN], title="title", who="owner", due="due_on")
