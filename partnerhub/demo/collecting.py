"""What partners of both programmes are asked at present: a survey and half a year's review each, and a form for first talks."""

from datetime import date, timedelta

from accounts.models import User
from context.actions.reviews import MANAGER, create_review, fill_in, hand_in, open_review
from context.actions.survey_responses import save_answers
from context.actions.surveys import create_survey, open_survey, save_question
from context.models import DataPoint, Review, Segment, Survey
from partnerhub.demo import carmaker, dates, vendor
from partnerhub.demo.history import as_of
from partnerhub.demo.worlds import World
from partners.models import Contact


def ask_partners(worlds: dict[str, World], managers: dict[str, User], segments: dict[str, Segment]) -> None:
    network, suppliers = worlds[vendor.PROGRAMME.key], worlds[carmaker.PROGRAMME.key]
    points = {point.key: point for point in DataPoint.objects.all()}
    with as_of(dates.days_ago(4, 10)):
        survey = _survey(network, points, managers["manager"], segments["sellers"])
        _survey_of_capacity(suppliers, points, managers["pavel"], segments["suppliers"])
        _form_for_talks(network, points, managers["manager"])
        _review(
            network, vendor.RESELLER, managers, ("pipeline", "EUR"), "Without renewals",
            {points["certified_engineers"]: 4, points["main_challenge"]: "Too few people for identity projects"}, 310_000,
        )  # fmt: skip
        _review(
            suppliers, carmaker.SUPPLIER, managers, ("on_time_delivery", "%"), "Without the week of the line stop",
            {points["capacity_use"]: 88, points["main_challenge"]: "Call-offs that change in the last week"}, 96.5,
        )  # fmt: skip
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


def _survey_of_capacity(world: World, points: dict[str, DataPoint], by: User, segment: Segment) -> Survey:
    survey = create_survey(
        by=by, title="Your capacity for the ramp-up", programme=world.programme, segment=segment, functions=["logistics"],
        intro="Two questions, one minute. Whoever tells us early is planned around.",
        answer_by=dates.days_after(dates.today(), 10),
    )  # fmt: skip
    save_question(survey, by=by, data_point=points["capacity_use"], is_required=True)
    save_question(survey, by=by, data_point=points["main_challenge"])
    open_survey(survey, by=by)
    return survey


def _form_for_talks(world: World, points: dict[str, DataPoint], by: User) -> None:
    form = create_survey(by=by, title="First talk of the year", programme=world.programme, mode=Survey.Mode.INTERVIEW)
    for key in ("strengths", "main_challenge", "employees"):
        save_question(form, by=by, data_point=points[key])
    open_survey(form, by=by)


def _review(
    world: World,
    name: str,
    managers: dict[str, User],
    metric: tuple[str, str],
    remark: str,
    said: dict[DataPoint, object],
    figure: float,
) -> Review:
    """Our side is handed in; the partner's is still to come."""
    today, by = dates.today(), managers[world.plans[name].manager]
    start = date(today.year, 1 if today.month <= 6 else 7, 1)
    review = create_review(
        world.partners[name], world.programme, by=by, title="Half-year review", period_start=start, period_end=today,
        due_on=dates.days_after(today, 9), data_points=list(said), metrics=[metric],
    )  # fmt: skip
    open_review(review, by=by)
    *lines, measured = review.lines.all()
    values = dict(zip([line.pk for line in lines], said.values(), strict=True))
    fill_in(review, MANAGER, {**values, measured.pk: figure}, {measured.pk: remark}, by=by)
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
