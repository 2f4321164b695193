"""Questions on an announcement, and their answers."""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.form_keys import made_once
from activity.refusals import Invalid
from communications.actions.conversations import promised_by
from communications.actions.indexing import index_question
from communications.models import Announcement, Answer, Question
from communications.queries.conversations import responsible_manager
from partners.models import Contact

QUESTION_MAX_CHARACTERS = 4000
ANSWER_MAX_CHARACTERS = 8000


@transaction.atomic
def ask_question(announcement: Announcement, *, contact: Contact, text: str, key: UUID | None = None) -> Question:
    """Ask, and route it to the manager responsible for the partner, else to the author. A second time with the same `key` and words
    it is the first one."""
    text = _checked(text, QUESTION_MAX_CHARACTERS)
    asked = Question.objects.filter(announcement=announcement, contact=contact)
    return made_once(asked, key, partial(_ask, announcement, contact, text), is_same=lambda made: made.text == text)


def _ask(announcement: Announcement, contact: Contact, text: str, **fields) -> Question:
    manager = responsible_manager(contact, announcement.programme_id) or announcement.author
    now = timezone.now()
    question = Question.objects.create(
        announcement=announcement,
        contact=contact,
        partner_id=contact.partner_id,
        text=text,
        assigned_to=manager,
        asked_at=now,
        promised_by=promised_by(manager, now),
        **fields,
    )
    record_activity(
        "question.asked",
        f"{contact} asked about “{announcement}”",
        by=contact.user,
        partner_id=contact.partner_id,
        subject=question,
    )
    return question


@transaction.atomic
def answer_question(question: Question, *, by: User, text: str) -> Answer:
    """Answer it; the first answer closes it, more may follow."""
    answer = Answer.objects.create(question=question, by=by, text=_checked(text, ANSWER_MAX_CHARACTERS))
    Question.objects.filter(pk=question.pk, answered_at=None).update(answered_at=timezone.now())
    question.refresh_from_db()
    index_question(question)
    record_activity("question.answered", f"{by} answered {question.contact} about “{question.announcement}”", by=by,
                    partner_id=question.partner_id, subject=question)  # fmt: skip
    return answer


def _checked(text: str, longest: int) -> str:
    text = text.replace("\x00", "").strip()
    if not text:
        raise Invalid(_("Write something first."), field="text")
    if len(text) > longest:
        raise Invalid(_("That is %(n)s characters; at most %(most)s fit.") % {"n": len(text), "most": longest}, field="text")
    return text
