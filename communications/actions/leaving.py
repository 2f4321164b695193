"""Who leaves a partner hands their questions that wait for an answer to a colleague, who then hears it."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from communications.models import Question
from partners.leaving import LeavingPart, register_leaving_part
from partners.models import Contact


def register() -> None:
    register_leaving_part(LeavingPart("questions", _("Questions without an answer"), _open_questions, _give_questions))


def _open_questions(contact: Contact) -> QuerySet[Question]:
    return Question.objects.open().filter(contact=contact)


def _give_questions(rows: QuerySet[Question], to: Contact) -> int:
    return rows.update(contact=to)
