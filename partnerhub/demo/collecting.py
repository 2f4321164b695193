"""What partners are asked at present: a survey about the cloud business, half a year's review, and a form for first talks."""

from datetime import date, timedelta

from accounts.models import User
from context.actions.reviews import MANAGER, create_review, fill_in, hand_in, open_review
from context.actions.survey_responses import save_answers
from context.actions.surveys import create_survey, open_survey, save_question
from context.models import DataPoint, Review, Segment, Survey
from partnerhub.demo import dates, vendor
from partnerhub.demo.history import as_of
from partnerhub.demo.worlds import World
from partners.models import Contact


def ask_partners(world: World, managers: dict[str, User], segment: Segment) -> None:
    points = {point.key: point for point in DataPoint.objects.all()}
    with as_of(dates.days_ago(4, 10)):
        survey = _survey(world, points, managers["manager"], segment)
        _form_for_talks(world, points, managers["manager"])
        _review(world, points, managers[world.plans[vendor.RESELLER].manager])
    _begin_to_answer(survey)


def _survey(world: World, points: dict[str, DataPoint], by: User, segment: Segment) -> Survey:
    survey = create_survey(
        by=by, title="Your cloud business next year", programme=world.programme, segment=segment, functions=["technical"],
        intro="Four questions, three minutes. Your answers decide which courses we plan.",
        answer_by=dates.days_after(dates.today(), 12),
    )  # fmt: skip
    focus = save_question(survey, by=by, data_point=points["cloud_focus"], is_required=True)
    only_if = {"question": focus.key, "op": "is", "value": "public cloud, hybrid"}
    save_question(survey, by=by, data_point=points["certified_engineers"], show_if=only_if)
    save_question(survey, by=by, data_point=points["employees"])
    save_question(survey, by=by, data_point=points["main_challenge"])
    open_survey(survey, by=by)
    return survey


def _form_for_talks(world: World, points: dict[str, DataPoint], by: User) -> None:
    form = create_survey(by=by, title="First talk of the year", programme=world.programme, mode=Survey.Mode.INTERVIEW)
    for key in ("strengths", "main_challenge", "employees"):
        save_question(form, by=by, data_point=points[key])
    open_survey(form, by=by)


def _review(world: World, points: dict[str, DataPoint], by: User) -> Review:
    """Our side is handed in; the partner's is still to come."""
    today = dates.today()
    start = date(today.year, 1 if today.month <= 6 else 7, 1)
    review = create_review(
        world.partners[vendor.RESELLER], world.programme, by=by, title="Half-year review", period_start=start,
        period_end=today, due_on=dates.days_after(today, 9), data_points=[points["certified_engineers"], points["main_challenge"]],
        metrics=[("pipeline", "EUR")],
    )  # fmt: skip
    open_review(review, by=by)
    engineers, challenge, pipeline = review.lines.all()
    values = {engineers.pk: 4, challenge.pk: "Too few people for identity projects", pipeline.pk: 310_000}
    fill_in(review, MANAGER, values, {pipeline.pk: "Without renewals"}, by=by)
    hand_in(review, MANAGER, by=by)
    return review


def _begin_to_answer(survey: Survey) -> None:
    """Somebody has answered the first question, and meant to go on."""
    response = survey.responses.filter(partner__name=vendor.RESELLER).first()
    if response is None:
        return
    paula = Contact.objects.get(partner=response.partner, is_partner_admin=True)
    first = survey.questions.first()
    save_answers(response, {first.key: "hybrid"}, by=paula.user)
    response.started_at = dates.at(dates.today() - timedelta(days=1), 16)
    response.save(update_fields=["started_at"])
