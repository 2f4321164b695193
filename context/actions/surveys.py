"""The life of a survey: written, published to the partners of a segment, closed. Its questions change only while it is a draft, so
that everybody answers the same ones."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from context.branching import check_condition
from context.models import SURVEY_MAY_BECOME, DataPoint, Side, Survey, SurveyQuestion, SurveyResponse, SurveyState
from context.models.data_points import VALUES
from context.rules import compile_rules
from partners.models import Partner

EDITABLE = ("title", "intro", "mode", "programme", "segment", "functions", "answer_by")
LONGEST = 60
_BATCH = 5_000


@transaction.atomic
def create_survey(*, by, title: str, **fields) -> Survey:
    survey = Survey(title=title.strip(), created_by=by, **{name: fields[name] for name in fields if name in EDITABLE})
    _check(survey)
    survey.save()
    record_activity("survey.created", _("“%(title)s” was begun") % {"title": survey}, by=by, subject=survey)
    return survey


@transaction.atomic
def change_survey(survey: Survey, *, by, **fields) -> Survey:
    """What it is called and whom it asks. Once it is published, only the words around it and the date may change."""
    current = _locked(survey)
    fixed = ("mode", "segment", "programme") if current.state != SurveyState.DRAFT else ()
    for name, value in fields.items():
        if name in fixed and getattr(current, name) != value:
            raise Refused(_("It is published already; whom it asks stays. Copy it to ask others."), field=name)
        setattr(current, name, value)
    _check(current)
    current.save()
    survey.refresh_from_db()
    return survey


@transaction.atomic
def copy_survey(survey: Survey, *, by) -> Survey:
    """A draft with the same questions, to be changed and asked again."""
    title = _("%(title)s (copy)") % {"title": survey.title[:110]}
    copy = Survey.objects.create(
        title=title, intro=survey.intro, mode=survey.mode, programme=survey.programme, segment=survey.segment,
        functions=survey.functions, created_by=by,
    )  # fmt: skip
    new_keys: dict[str, str] = {}
    for question in survey.questions.all():
        show_if = question.show_if and {**question.show_if, "question": new_keys[question.show_if["question"]]}
        made = SurveyQuestion.objects.create(
            survey=copy, order=question.order, data_point_id=question.data_point_id, wording=question.wording,
            is_required=question.is_required, show_if=show_if,
        )  # fmt: skip
        new_keys[question.key] = made.key
    record_activity("survey.created", _("“%(title)s” was begun") % {"title": copy}, by=by, subject=copy)
    return copy


@transaction.atomic
def save_question(
    survey: Survey,
    *,
    by,
    data_point: DataPoint,
    wording: str = "",
    is_required: bool = False,
    show_if: Mapping[str, Any] | None = None,
    question: SurveyQuestion | None = None,
) -> SurveyQuestion:
    """Add a question at the end or, with `question`, change it."""
    survey = _draft(survey)
    questions = list(survey.questions.select_related("data_point"))
    if question is None:
        if len(questions) >= LONGEST:
            raise Refused(_("Sixty questions are enough: nobody answers more.") + " " + _("Make a second survey."))
        question = SurveyQuestion(survey=survey, order=max((each.order for each in questions), default=0) + 1)
    _check_data_point(survey, data_point)
    earlier = {each.key: each.data_point for each in questions if each.order < question.order and each.pk != question.pk}
    question.data_point, question.wording, question.is_required = data_point, wording.strip(), is_required
    question.show_if = check_condition(show_if, earlier) if show_if else None
    _save_once(question)
    check_followers(survey)
    return question


@transaction.atomic
def move_question(question: SurveyQuestion, *, by, up: bool) -> None:
    """One place up or down; refused where a question would come before the one it depends on."""
    survey = _draft(question.survey)
    questions = list(survey.questions.all())
    at = questions.index(question)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(questions):
        return
    questions.insert(to, questions.pop(at))
    for order, each in enumerate(questions, 1):
        each.order = order
    SurveyQuestion.objects.bulk_update(questions, ["order"])
    check_followers(survey)


@transaction.atomic
def remove_question(question: SurveyQuestion, *, by) -> None:
    survey = _draft(question.survey)
    follower = survey.questions.filter(show_if__question=question.key).first()
    if follower:
        raise Refused(_("“%(follower)s” depends on its answer. Change that question first.") % {"follower": follower})
    question.delete()


@transaction.atomic
def open_survey(survey: Survey, *, by) -> int:
    """Publish it: the partners that are in the segment now are asked. Opened again, those that have joined it since are, too.
    Returns how many are asked."""
    current = _locked(survey)
    questions = list(current.questions.select_related("data_point"))
    if not questions:
        raise Refused(_("Add a question first."))
    for question in questions:
        _check_data_point(current, question.data_point)
    if not current.is_interview:
        _ask_partners(current, by=by)
    _move(current, SurveyState.OPEN, by=by, opened_at=timezone.now(), closed_at=None)
    survey.refresh_from_db()
    return current.responses.count()


@transaction.atomic
def close_survey(survey: Survey, *, by) -> None:
    """Nobody is asked any more. What was begun is kept, and can be handed in when it is opened again."""
    _move(_locked(survey), SurveyState.CLOSED, by=by, closed_at=timezone.now())
    survey.refresh_from_db()


def _ask_partners(survey: Survey, *, by) -> None:
    if survey.segment is None:
        raise Invalid(_("Choose the segment whose partners it asks."), field="segment")
    chosen = compile_rules(survey.segment.rule, survey.segment.contact_rule).partners()
    partners = list(Partner.objects.visible_to(by).filter(pk__in=chosen.order_by().values("pk")).values_list("pk", flat=True))
    if not partners:
        raise Refused(
            _("No partner is in “%(segment)s” now. Choose another segment.") % {"segment": survey.segment}, field="segment"
        )
    asked = [SurveyResponse(survey=survey, partner_id=pk) for pk in partners]
    SurveyResponse.objects.bulk_create(asked, batch_size=_BATCH, ignore_conflicts=True)


def ask_some(survey: Survey, partner_ids: Collection[int]) -> bool:
    """Ask these partners, too, where it is open; who has been asked stays as they are. False where it is not open."""
    if survey.is_interview or not Survey.objects.filter(pk=survey.pk, state=SurveyState.OPEN).exists():
        return False
    asked = [SurveyResponse(survey=survey, partner_id=pk) for pk in partner_ids]
    SurveyResponse.objects.bulk_create(asked, batch_size=_BATCH, ignore_conflicts=True)
    return True


def _check(survey: Survey) -> None:
    if not survey.title.strip():
        raise Invalid(_("Give it a title."), field="title")
    if len(survey.title) > 120:
        raise Invalid(_("A title has at most 120 characters."), field="title")


def _check_data_point(survey: Survey, point: DataPoint) -> None:
    if point.type not in VALUES or point.is_builtin:
        raise Invalid(_("“%(label)s” is kept elsewhere and cannot be asked for here.") % {"label": point.label}, field="data_point")
    if point.retired_at:
        raise Invalid(_("“%(label)s” is retired: it is no longer asked for.") % {"label": point.label}, field="data_point")
    check_side(survey, point)


def check_side(survey: Survey, point: DataPoint) -> None:
    """Whoever answers must be able to see and edit it."""
    side = Side.MANAGERS if survey.is_interview else Side.PARTNER
    for who in (point.seen_by, point.edited_by):
        if who not in (side, Side.BOTH):
            raise Invalid(
                _("“%(label)s” is edited by %(who)s only, so it cannot be asked here.")
                % {"label": point.label, "who": Side(who).label},
                field="data_point",
            )


def check_followers(survey: Survey) -> None:
    """Each condition still holds: its question comes before, and has the answer that it names."""
    earlier: dict[str, DataPoint] = {}
    for question in survey.questions.select_related("data_point"):
        if question.show_if:
            try:
                check_condition(question.show_if, earlier)
            except Invalid as refusal:
                raise Refused(_("“%(question)s”: %(why)s") % {"question": question, "why": refusal}) from refusal
        earlier[question.key] = question.data_point


def _save_once(question: SurveyQuestion) -> None:
    try:
        with transaction.atomic():
            question.save()
    except IntegrityError:
        raise Invalid(_("This survey asks for “%(label)s” already.") % {"label": question.data_point}, field="data_point") from None


def _draft(survey: Survey) -> Survey:
    current = _locked(survey)
    if current.state != SurveyState.DRAFT:
        raise Refused(_("“%(title)s” is published; its questions stay as they are. Copy it to change them.") % {"title": current})
    return current


def _locked(survey: Survey) -> Survey:
    return Survey.objects.select_for_update(of=("self",)).select_related("segment", "programme").get(pk=survey.pk)


def _move(survey: Survey, to: SurveyState, *, by, **changes) -> None:
    """The only way to another state: a conditional UPDATE. No row changed is a refusal."""
    allowed = [state for state, targets in SURVEY_MAY_BECOME.items() if to in targets]
    if not Survey.objects.filter(pk=survey.pk, state=survey.state, state__in=allowed).update(state=to, **changes):
        words = {"title": survey, "state": survey.get_state_display(), "to": SurveyState(to).label}
        raise Refused(_("“%(title)s” is %(state)s, so it cannot become %(to)s.") % words, code="state_forbids")
    record_activity(f"survey.{to}", _("“%(title)s” is now %(to)s") % {"title": survey, "to": SurveyState(to).label}, by=by,
                    subject=survey)  # fmt: skip
