"""Opinion surveys: written, opened to people who have not been asked lately, answered once by each, closed for good, and what was
done about it told to whom it was asked of."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid, NotAllowed, Refused
from communications.actions.opinion_languages import refuse_untranslated
from communications.actions.opinion_questions import checked_answers, frozen_questions
from communications.models import (
    Cut,
    OpinionAsk,
    OpinionOutcome,
    OpinionPolicy,
    OpinionQuestion,
    OpinionResponse,
    OpinionState,
    OpinionSurvey,
    OpinionVersion,
)
from communications.opinions.groups import POOLED, shown_groups
from communications.queries.attention import PERSON, person_of
from communications.queries.opinions import asks_one_question, audience_of, groups_of, questions_of, rested
from context.actions.facts import record_fact
from context.models import DataPoint
from partners.actions.checks import check_line, check_text
from partners.models import Contact, Method, Programme

FIXED_ONCE_OPEN = ("segment", "is_anonymous", "cut", "programme")
EDITABLE = ("title", "intro", "segment", "is_anonymous", "cut", "answer_by")
OUTCOMES_AT_MOST = 20
REMIND_AFTER_DAYS = 3
_BATCH = 5_000


@transaction.atomic
def create_opinion_survey(*, by: User, programme: Programme, title: str, **fields) -> OpinionSurvey:
    survey = OpinionSurvey(programme=programme, created_by=by, **{name: fields[name] for name in fields if name in EDITABLE})
    _save(survey, title)
    record_activity("opinion.created", _("The opinion survey “%(title)s” was begun") % {"title": survey}, by=by, subject=survey)
    return survey


@transaction.atomic
def change_opinion_survey(survey: OpinionSurvey, *, by: User, **fields) -> OpinionSurvey:
    """Whom it asks and what they were promised stays once it is open."""
    current = _locked(survey)
    for name, value in fields.items():
        if name in FIXED_ONCE_OPEN and current.state != OpinionState.DRAFT and getattr(current, name) != value:
            raise Refused(_("It is open already: whom it asks, and what they were promised, stays."), field=name)
        if name not in (*EDITABLE, "programme"):
            raise Invalid(_("An opinion survey has no field “%(name)s” to change.") % {"name": name}, field=name)
        setattr(current, name, value)
    _save(current, current.title)
    survey.refresh_from_db()
    return survey


@transaction.atomic
def open_opinion_survey(survey: OpinionSurvey, *, by: User) -> int:
    """Ask everybody who is in the segment now, can sign in and was not asked lately: each person once, also who works for two
    partners. One after the other, so that of two surveys opened at once only one asks a person. Returns how many are asked."""
    policy = _policy_locked()
    current = _locked(survey)
    if current.state != OpinionState.DRAFT:
        raise Refused(_("“%(title)s” was opened before.") % {"title": current}, code="state_forbids")
    if current.segment is None:
        raise Invalid(_("Choose the segment whose people it asks."), field="segment")
    if current.answer_by and current.answer_by < timezone.localdate():
        raise Invalid(_("The day to answer by has gone by; choose a later one."), field="answer_by")
    questions = frozen_questions(current, since=1)
    if not questions:
        raise Refused(_("Add a question first."))
    refuse_untranslated(current, questions)
    current.is_one_question = asks_one_question(question["kind"] for question in questions)
    people = _one_each(rested(audience_of(current, by), policy, is_one_question=current.is_one_question))
    if not people:
        raise Refused(_("There is nobody to ask: everybody there was asked lately, or cannot sign in."))
    if current.is_anonymous and len(people) < policy.smallest_group:
        words = {"n": len(people), "least": policy.smallest_group}
        raise Refused(
            _("It would ask %(n)d people, and nothing is shown of fewer than %(least)d. Choose a larger segment, or ask by name.")
            % words
        )
    _ask(current, people, policy.smallest_group)
    OpinionVersion.objects.create(survey=current, number=1, questions=questions, by=by)
    current.state, current.version, current.opened_at = OpinionState.OPEN, 1, timezone.now()
    current.smallest_group = policy.smallest_group
    current.save()
    sentence = _("%(n)d people were asked “%(title)s”") % {"n": len(people), "title": current}
    record_activity("opinion.opened", sentence, by=by, subject=current, data={"people": len(people)})
    survey.refresh_from_db()
    return len(people)


@transaction.atomic
def publish_changed_questions(survey: OpinionSurvey, *, by: User) -> OpinionVersion:
    """While it is open: from now on the questions are asked as they are written now. What was answered before stays with the words
    it was answered to."""
    current = _locked(survey)
    if current.state != OpinionState.OPEN:
        raise Refused(_("Only an open survey has questions that people are answering."))
    latest = current.versions.get(number=current.version)
    questions = frozen_questions(current, since=current.version + 1, before=latest.questions)
    if not questions:
        raise Refused(_("A survey without a question asks nothing. Close it instead."))
    refuse_untranslated(current, questions)
    if questions == latest.questions:
        raise Refused(_("Nothing has changed since version %(n)d.") % {"n": current.version})
    version = OpinionVersion.objects.create(survey=current, number=current.version + 1, questions=questions, by=by)
    OpinionSurvey.objects.filter(pk=current.pk).update(version=version.number)
    sentence = _("“%(title)s” is asked as version %(n)d from now on") % {"title": current, "n": version.number}
    record_activity("opinion.changed", sentence, by=by, subject=current)
    survey.refresh_from_db()
    return version


@transaction.atomic
def answer_opinion(ask: OpinionAsk, answers: Mapping[str, Any], *, version: int, by: User) -> None:
    """Once for each person, to the questions as they saw them: with a version that has been replaced meanwhile they are shown the
    new one. Facts become claims of their organisation, and are kept nowhere else."""
    survey = OpinionSurvey.objects.select_for_update(of=("self",), no_key=True).get(pk=ask.survey_id)
    if not survey.may_be_answered:
        raise Refused(_("This survey is closed."))
    if OpinionAsk.objects.filter(pk=ask.pk, has_answered=True).exists():
        raise Refused(_("You have answered this already. Thank you."))
    if version != survey.version:
        raise Refused(_("The questions were changed while you answered. Look at them once more, then send your answers."))
    questions = questions_of(survey)
    found, problems = checked_answers(questions, answers)
    if problems:
        key, sentence = next(iter(problems.items()))
        raise Invalid(sentence, field=key)
    if not found:
        raise Invalid(_("Answer at least one question."))
    contact = Contact.objects.select_related("partner").get(pk=ask.contact_id)
    if contact.user_id != by.pk:
        raise NotAllowed(_("Somebody else was asked this."))
    if not OpinionAsk.objects.filter(pk=ask.pk, has_answered=False).update(has_answered=True):
        raise Refused(_("You have answered this already. Thank you."))
    facts = {each["key"]: each["data_point"] for each in questions if each["kind"] == OpinionQuestion.Kind.FACT}
    for key, data_point in facts.items():
        if key in found:
            _propose(contact, data_point, found[key], survey, by=by)
    opinions = {key: value for key, value in found.items() if key not in facts}
    if opinions:
        named = {} if survey.is_anonymous else {"contact": contact, "at": timezone.now()}
        OpinionResponse.objects.create(
            survey=survey, is_anonymous=survey.is_anonymous, version=version, group=ask.group, answers=opinions, **named
        )


@transaction.atomic
def close_opinion_survey(survey: OpinionSurvey, *, by: User | None) -> None:
    """For good: of an anonymous survey that was opened again, the results before and after would tell who came in between. Small
    groups of those who answered are put together, and what they were apart is forgotten."""
    current = _locked(survey)
    if current.state != OpinionState.OPEN:
        raise Refused(_("“%(title)s” is not open.") % {"title": current}, code="state_forbids")
    if current.is_anonymous and current.cut:
        _pool_responses(current)
    current.state, current.closed_at = OpinionState.CLOSED, timezone.now()
    current.save(update_fields=["state", "closed_at"])
    OpinionAsk.objects.filter(survey=current, mail=OpinionAsk.Mail.WAITING).update(mail=OpinionAsk.Mail.NONE)
    record_activity("opinion.closed", _("“%(title)s” was closed") % {"title": current}, by=by, subject=current)
    survey.refresh_from_db()


def close_due_opinion_surveys() -> int:
    """Those whose last day is over. Returns how many."""
    due = OpinionSurvey.objects.filter(state=OpinionState.OPEN, answer_by__lt=timezone.localdate())
    for survey in due:
        close_opinion_survey(survey, by=None)
    return len(due)


@transaction.atomic
def remind_of_opinion(survey: OpinionSurvey, *, by: User) -> int:
    """Those who have not answered are mailed once more, and not a third time. Returns how many."""
    current = _locked(survey)
    if not current.may_be_answered:
        raise Refused(_("“%(title)s” is not open.") % {"title": current}, code="state_forbids")
    if current.reminded_at:
        raise Refused(_("They were reminded already; once is enough."))
    if (timezone.now() - current.opened_at).days < REMIND_AFTER_DAYS:
        raise Refused(_("Give them %(n)d days before you remind them.") % {"n": REMIND_AFTER_DAYS})
    now = timezone.now()
    OpinionSurvey.objects.filter(pk=current.pk).update(reminded_at=now)
    waiting = OpinionAsk.objects.filter(survey=current, has_answered=False, mail=OpinionAsk.Mail.SENT)
    count = waiting.update(mail=OpinionAsk.Mail.WAITING, mail_due_at=now)
    sentence = _("%(n)d people were reminded of “%(title)s”") % {"n": count, "title": current}
    record_activity("opinion.reminded", sentence, by=by, subject=current)
    survey.refresh_from_db()
    return count


@transaction.atomic
def save_outcomes(survey: OpinionSurvey, lines: list[tuple[str, str]], *, by: User) -> None:
    """What people said, and what was done about it: the whole list anew."""
    current = _locked(survey)
    if len(lines) > OUTCOMES_AT_MOST:
        raise Invalid(_("Twenty lines are enough; nobody reads more."))
    rows = [
        OpinionOutcome(
            survey=current, order=order, said=check_line(said, "said", required=True, longest=300),
            did=check_line(did, "did", required=True, longest=500),
        )
        for order, (said, did) in enumerate(lines)
    ]  # fmt: skip
    current.outcomes.all().delete()
    OpinionOutcome.objects.bulk_create(rows)


@transaction.atomic
def tell_outcomes(survey: OpinionSurvey, *, by: User) -> None:
    """Show them to those who were asked, on the survey's page in their portal."""
    current = _locked(survey)
    if current.state != OpinionState.CLOSED:
        raise Refused(_("Close the survey first."))
    if not current.outcomes.exists():
        raise Refused(_("Write down first what people said and what you did."))
    OpinionSurvey.objects.filter(pk=current.pk, told_at=None).update(told_at=timezone.now())
    sentence = _("What was done after “%(title)s” was told") % {"title": current}
    record_activity("opinion.told", sentence, by=by, subject=current)
    survey.refresh_from_db()


def set_opinion_policy(*, by: User, **values: int) -> OpinionPolicy:
    """`smallest_group`, `rest_days`, `question_rest_days`: they hold for surveys that are opened from now on."""
    row, _created = OpinionPolicy.objects.update_or_create(pk=1, defaults=values)
    record_activity("opinion_policy.changed", _("Opinion policy: %(policy)s") % {"policy": row}, by=by, subject=row)
    return row


def _one_each(people: QuerySet[Contact]) -> list[Contact]:
    """Of the contacts of one login the first."""
    rows = people.select_related("user", "partner").annotate(person=PERSON).order_by("person", "pk").distinct("person")
    return list(rows)


def _ask(survey: OpinionSurvey, people: list[Contact], smallest: int) -> None:
    """A group so small that its people could be told apart is put together with others before anybody answers."""
    groups = groups_of(survey, people)
    if survey.is_anonymous:
        counts: dict[str, int] = {}
        for group in groups.values():
            counts[group] = counts.get(group, 0) + 1
        named = _names(counts, smallest)
        groups = {contact_id: named.get(group, POOLED) for contact_id, group in groups.items()}
    now = timezone.now()
    rows = [
        OpinionAsk(survey=survey, contact=contact, person=person_of(contact), group=groups.get(contact.pk, ""), asked_at=now,
                   mail_due_at=now)
        for contact in people
    ]  # fmt: skip
    OpinionAsk.objects.bulk_create(rows, batch_size=_BATCH)


def _pool_responses(survey: OpinionSurvey) -> None:
    rows = survey.responses.order_by()
    counts = dict(rows.values_list("group").annotate(n=Count("id")))
    named = _names(counts, survey.smallest_group)
    for group in counts:
        if named.get(group, POOLED) != group:
            rows.filter(group=group).update(group=POOLED)


def _names(counts: dict[str, int], smallest: int) -> dict[str, str]:
    """What each group is called from now on."""
    return {name: POOLED if shown.is_pool else name for shown in shown_groups(counts, smallest) for name in shown.names}


def _propose(contact: Contact, data_point: str, value: Any, survey: OpinionSurvey, *, by: User) -> None:
    point = DataPoint.objects.get(public_id=data_point)
    source = _("Survey “%(title)s”, %(name)s") % {"title": survey.title[:120], "name": contact.name[:60]}
    record_fact(contact.partner, point, value, source=source[:200], method=Method.SURVEY, by=by)


def _policy_locked() -> OpinionPolicy:
    OpinionPolicy.objects.get_or_create(pk=1)
    return OpinionPolicy.objects.select_for_update().get(pk=1)


def _locked(survey: OpinionSurvey) -> OpinionSurvey:
    return OpinionSurvey.objects.select_for_update(of=("self",)).select_related("segment", "programme").get(pk=survey.pk)


def _save(survey: OpinionSurvey, title: str) -> None:
    survey.title = check_line(title, "title", required=True, longest=160)
    survey.intro = check_text(survey.intro, "intro", longest=2000)
    if survey.cut not in Cut.values:
        raise Invalid(_("Choose what the results are shown apart by."), field="cut")
    survey.save()
