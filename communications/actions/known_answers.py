"""Keeping an accepted answer, so that it is found without the discussion it came from."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from communications.actions.indexing import index_known_answer
from communications.answer_keepers import register_answer_keeper
from communications.models import Discussion, KnownAnswer
from context.models import Segment
from partners.actions.checks import check_line
from partners.models import Programme

ANSWER_MAX_CHARACTERS = 8000


def register() -> None:
    register_answer_keeper("answers", gettext_lazy("the kept answers"), _keep)


@transaction.atomic
def keep_known_answer(
    *, by: User, programme: Programme, question: str, answer: str, segment: Segment | None = None,
    discussion: Discussion | None = None, is_current: bool = True,
) -> KnownAnswer:  # fmt: skip
    """From a discussion it takes an accepted answer; its words are the manager's, who has read them over."""
    if discussion is not None:
        locked = Discussion.objects.select_for_update(of=("self",)).get(pk=discussion.pk)
        if locked.accepted_id is None or locked.is_hidden:
            raise Refused(_("Accept an answer first; it is what is kept."))
        if KnownAnswer.objects.filter(discussion=locked).exists():
            raise Refused(_("The answer to this discussion is kept already."))
    row = KnownAnswer(programme=programme, segment=segment, discussion=discussion, kept_by=by, is_current=is_current)
    _save(row, question, answer)
    record_activity("known_answer.kept", _("The answer to “%(question)s” is kept") % {"question": row}, by=by, subject=row)
    return row


@transaction.atomic
def change_known_answer(row: KnownAnswer, *, by: User, **fields) -> KnownAnswer:
    question, answer = fields.pop("question", row.question), fields.pop("answer", row.answer)
    for name in ("segment", "is_current"):
        setattr(row, name, fields.get(name, getattr(row, name)))
    _save(row, question, answer)
    record_activity("known_answer.changed", _("The answer to “%(question)s” was changed") % {"question": row}, by=by, subject=row)
    return row


def _keep(discussion: Discussion, *, by: User, question: str, answer: str, segment: Segment | None) -> str:
    row = keep_known_answer(
        by=by, programme=discussion.programme, question=question, answer=answer, segment=segment, discussion=discussion
    )
    return reverse("admin:communications_knownanswer_change", args=[row.pk])


def _save(row: KnownAnswer, question: str, answer: str) -> None:
    row.question = check_line(question, "question", required=True, longest=300)
    row.answer = answer.replace("\x00", "").strip()
    if not row.answer:
        raise Invalid(_("Write the answer."), field="answer")
    if len(row.answer) > ANSWER_MAX_CHARACTERS:
        words = {"n": len(row.answer), "most": ANSWER_MAX_CHARACTERS}
        raise Invalid(_("That is %(n)s characters; at most %(most)s fit.") % words, field="answer")
    row.save()
    index_known_answer(row)
