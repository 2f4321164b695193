"""Asking the assistant, saying whether it helped, and taking the question to a person instead."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.refusals import Invalid, Refused
from communications.actions.conversations import MESSAGE_MAX_CHARACTERS, SUBJECT_MAX_CHARACTERS, open_conversation
from communications.models import Conversation
from partners.models import Contact
from portal.actions.gaps import note_gap
from portal.assistant.answers import Answer, as_kept
from portal.models import AskedQuestion
from portal.models.questions import LONGEST
from portal.queries.assistant import answer_for, shown_to

MOST_A_MINUTE = 20


def ask(contact: Contact, text: str, *, by) -> AskedQuestion:
    """Answered at once and kept. What a model elsewhere takes of time is not spent within a transaction."""
    text = checked_question(text)
    _slow_down(contact)
    answer = answer_for(by, text, contact=contact)
    with transaction.atomic():
        question = AskedQuestion.objects.create(
            contact=contact, text=text, is_answered=not answer.is_abstained, shown=as_kept(answer)
        )
        if answer.is_abstained:
            note_gap(question, answer.nearest)
    return question


@transaction.atomic
def rate_answer(question: AskedQuestion, *, is_useful: bool) -> None:
    """An answer that helped nobody is for the owner of what was quoted to look at, not for those of what was named beside it; said
    twice it counts once."""
    question = AskedQuestion.objects.select_for_update(of=["self"]).get(pk=question.pk)
    if not question.is_answered:
        raise Refused(_("There is no answer to judge."))
    if question.is_useful == is_useful:
        return
    question.is_useful = is_useful
    question.save(update_fields=["is_useful"])
    quoted = [cited for _number, cited in shown_to(question.contact.user, question).used if not cited.is_own]
    if not is_useful and quoted:
        note_gap(question, quoted[0], is_useless=True)


@transaction.atomic
def hand_over_question(question: AskedQuestion, *, note: str = "") -> Conversation:
    """To whoever is responsible for the partner, with what the assistant showed. A question is handed over once."""
    question = AskedQuestion.objects.select_for_update(of=["self"]).select_related("contact__partner").get(pk=question.pk)
    if question.conversation_id is not None:
        return question.conversation
    shown = shown_to(question.contact.user, question)
    question.conversation = ask_person(question.contact, question.text, note=note, shown=shown)
    question.save(update_fields=["conversation"])
    return question.conversation


def ask_person(
    contact: Contact, text: str, *, note: str = "", shown: Answer | None = None, key: UUID | None = None
) -> Conversation:
    """Without asking the assistant first, where `shown` is left out. A second time with the same `key` and words it is the first
    one."""
    text = checked_question(text)
    parts = [note.strip(), text if not note.strip() else f"{_('My question:')} {text}", _what_was_shown(shown)]
    message = "\n\n".join(part for part in parts if part)
    return open_conversation(contact, subject=text[:SUBJECT_MAX_CHARACTERS], text=message[:MESSAGE_MAX_CHARACTERS], key=key)


def checked_question(text: str) -> str:
    text = " ".join(str(text or "").replace("\x00", "").split())
    if not text or not any(map(str.isalnum, text)):
        raise Invalid(_("Write your question first."), field="question")
    if len(text) > LONGEST:
        words = {"n": len(text), "most": LONGEST}
        sentence = _("That is %(n)s characters; a question of at most %(most)s is read. Ask in a few sentences, or ask a person.")
        raise Invalid(sentence % words, field="question")
    return text


def _what_was_shown(shown: Answer | None) -> str:
    if shown is None:
        return ""
    if shown.is_abstained:
        return _("The assistant's answer no longer holds.") if "changed" in shown.notes else _("The assistant found no answer.")
    names = "\n".join(f"[{number}] {_named(cited)}" for number, cited in enumerate(shown.sources, start=1))
    said = " ".join(f"{one.text} [{', '.join(map(str, one.sources))}]" for one in shown.said)
    return f"{_('The assistant answered:')} {said}\n{names}"


def _named(cited) -> str:
    if cited.is_own:
        return cited.document
    return _("%(document)s, paragraph %(n)s") % {"document": cited.document, "n": cited.paragraph}


def _slow_down(contact: Contact) -> None:
    lately = AskedQuestion.objects.filter(contact=contact, at__gte=timezone.now() - timedelta(minutes=1))
    if lately.count() >= MOST_A_MINUTE:
        raise Refused(_("That are many questions within a minute. Wait a moment, or ask a person."), code="too_many")
