"""Answers: kept as they come, and claims in the ledger once they are handed in."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, NotAllowed, Refused
from context.actions.facts import record_facts
from context.branching import is_answer, shown
from context.models import Fact, Survey, SurveyQuestion, SurveyResponse, SurveyState
from context.typed_values import typed_value
from partners.models import Contact, Method, Partner


@transaction.atomic
def begin_interview(survey: Survey, partner: Partner, *, by, contact: Contact | None = None) -> SurveyResponse:
    """An empty form for one talk. One that this manager has begun with the partner is taken up again."""
    if not survey.is_interview:
        raise Refused(_("“%(title)s” is a survey: its partners answer it in the portal.") % {"title": survey})
    if survey.state != SurveyState.OPEN:
        raise Refused(_("“%(title)s” is %(state)s. Open it first.") % {"title": survey, "state": survey.get_state_display()})
    if contact and contact.partner_id != partner.pk:
        raise Invalid(_("%(contact)s is not at %(partner)s.") % {"contact": contact, "partner": partner}, field="contact")
    begun = survey.responses.select_for_update().filter(partner=partner, interviewer=by, submitted_at=None).first()
    response = begun or SurveyResponse(survey=survey, partner=partner, interviewer=by)
    response.contact, response.started_at = contact or response.contact, response.started_at or timezone.now()
    response.save()
    return response


@transaction.atomic
def save_answers(response: SurveyResponse, answers: Mapping[str, Any], *, by) -> dict[str, str]:
    """Keep the answers that are right, by question; None takes one back. Returns a sentence for each that is wrong."""
    current = _open(response, by)
    questions = {question.key: question for question in current.survey.questions.select_related("data_point")}
    kept, problems = dict(current.answers), {}
    for key, value in answers.items():
        if key not in questions:
            continue
        kept.pop(key, None)
        if is_answer(value):
            try:
                kept[key] = typed_value(questions[key].data_point, value)
            except Invalid as refusal:
                problems[key] = str(refusal)
    if kept != current.answers or current.started_at is None:
        current.answers, current.started_at = kept, current.started_at or timezone.now()
        current.save(update_fields=["answers", "started_at"])
    response.answers, response.started_at = current.answers, current.started_at
    return problems


@transaction.atomic
def submit_answers(response: SurveyResponse, *, by) -> list[Fact]:
    """Each answer to a question that was asked becomes a claim; what branching hides is dropped. Only once."""
    current = _open(response, by)
    questions = shown(current.survey.questions.select_related("data_point"), current.answers)
    missing = missing_of(questions, current.answers)
    if missing:
        raise Invalid(_("“%(question)s” has to be answered.") % {"question": missing[0]}, field=missing[0].key)
    answered = [question for question in questions if is_answer(current.answers.get(question.key))]
    if not answered:
        raise Invalid(_("Nothing is answered yet."))
    now = timezone.now()
    if current.interviewer_id is None:
        current.contact = current.partner.contacts.current().filter(user=by).first()
    facts = [_claim(current, question, by=by, now=now) for question in answered]
    record_facts(facts)
    current.facts.set(facts)
    current.answers = {question.key: current.answers[question.key] for question in answered}
    current.submitted_at = now
    current.save(update_fields=["answers", "contact", "submitted_at"])
    words = {"partner": current.partner, "title": current.survey}
    sentence = _("%(partner)s: interview “%(title)s”") if current.interviewer_id else _("%(partner)s answered “%(title)s”")
    record_activity("survey.answered", sentence % words, by=by, partner_id=current.partner_id, subject=current.survey)
    response.refresh_from_db()
    return facts


def missing_of(questions: list[SurveyQuestion], answers: Mapping[str, Any]) -> list[SurveyQuestion]:
    return [question for question in questions if question.is_required and not is_answer(answers.get(question.key))]


def _claim(response: SurveyResponse, question: SurveyQuestion, *, by, now) -> Fact:
    point = question.data_point
    return Fact(
        partner=response.partner, data_point=point, value=typed_value(point, response.answers[question.key]), asserted_by=by,
        source=source_of(response)[:200], method=Method.INTERVIEW if response.interviewer_id else Method.SURVEY,
        observed_at=now, recorded_at=now,
    )  # fmt: skip


def source_of(response: SurveyResponse) -> str:
    words = {"title": response.survey, "name": response.contact}
    if response.interviewer_id:
        return (_("interview “%(title)s” with %(name)s") if response.contact else _("interview “%(title)s”")) % words
    return _("survey “%(title)s”, answered by %(name)s") % words


def _open(response: SurveyResponse, by) -> SurveyResponse:
    """The row, locked, if this person may write into it now."""
    rows = SurveyResponse.objects.select_for_update(of=("self",)).select_related("survey", "partner", "contact")
    current = rows.get(pk=response.pk)
    _permit(current, by)
    if current.is_submitted:
        words = {"day": date_format(timezone.localtime(current.submitted_at)), "name": current.contact or current.partner}
        raise Refused(_("%(name)s handed this in on %(day)s. It counts once.") % words, code="submitted")
    if current.survey.state != SurveyState.OPEN:
        raise Refused(_("“%(title)s” is closed. What you answered is kept.") % {"title": current.survey}, code="closed")
    return current


def _permit(response: SurveyResponse, by) -> None:
    if response.interviewer_id:
        if response.interviewer_id != by.pk:
            raise NotAllowed(_("%(name)s leads this interview.") % {"name": response.interviewer})
        return
    contact = response.partner.contacts.current().filter(user=by).first()
    if contact is None or not SurveyResponse.objects.asked_of(contact).filter(pk=response.pk).exists():
        raise NotAllowed(_("This survey is for others at your organisation."))
