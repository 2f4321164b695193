"""What Alpenglow is asked on one morning: a value gone stale, a survey that branches, a review, an interview form."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from context.actions.facts import record_fact
from context.actions.reviews import create_review, open_review
from context.actions.survey_responses import begin_interview
from context.actions.surveys import create_survey, open_survey, save_question
from context.models import DataPoint, Review, Survey, SurveyResponse
from tests import factories


@dataclass(frozen=True)
class Collecting:
    employees: DataPoint
    survey: Survey
    response: SurveyResponse
    interview: SurveyResponse
    review: Review


def tell(cast) -> Collecting:
    points = make_points()
    for key, value in (("staff", 120), ("audits", True)):
        observed = timezone.now() - timedelta(days=500)
        record_fact(cast.alpenglow, key, value, source="annual review", method="review", observed_at=observed)
    survey = make_survey(cast, points)
    open_survey(survey, by=cast.maria)
    review = make_review(cast, points)
    open_review(review, by=cast.maria)
    return Collecting(
        employees=points["staff"],
        survey=survey,
        response=survey.responses.get(partner=cast.alpenglow),
        interview=tell_interview(cast, points),
        review=review,
    )


def tell_interview(cast, points: dict[str, DataPoint]) -> SurveyResponse:
    form = create_survey(by=cast.maria, title="First talk", mode="interview", programme=cast.programme)
    save_question(form, by=cast.maria, data_point=points["plans"])
    open_survey(form, by=cast.maria)
    return begin_interview(form, cast.alpenglow, by=cast.maria, contact=cast.nora)


def make_points() -> dict[str, DataPoint]:
    made = [
        DataPoint(key="staff", label="Staff", question="How many people work for you?", type="number", stale_after_days=365),
        DataPoint(key="audits", label="Own audits", question="Do you run audits of your own?", type="yes_no", stale_after_days=365),
        DataPoint(key="scheme", label="Scheme", question="By which scheme?", type="choice", choices=["ISO", "TISAX", "Else"]),
        DataPoint(key="plans", label="Plans", question="What do you plan for next year?"),
        DataPoint(key="inner", label="Our view", seen_by="managers", edited_by="managers"),
    ]
    return {point.key: point for point in DataPoint.objects.bulk_create(made)}


def make_survey(cast, points: dict[str, DataPoint]) -> Survey:
    """Whoever runs audits is asked by which scheme."""
    segment = factories.make_segment("Partners of Vendor")
    survey = create_survey(
        by=cast.maria, title="Yearly check", intro="Five minutes.", programme=cast.programme, segment=segment,
        functions=["technical"], answer_by=timezone.localdate() + timedelta(days=9),
    )  # fmt: skip
    save_question(survey, by=cast.maria, data_point=points["staff"])
    audits = save_question(survey, by=cast.maria, data_point=points["audits"], is_required=True)
    only_if = {"question": audits.key, "op": "is", "value": "yes"}
    save_question(survey, by=cast.maria, data_point=points["scheme"], is_required=True, show_if=only_if)
    save_question(survey, by=cast.maria, data_point=points["plans"], wording="What do you plan?")
    return survey


def make_review(cast, points: dict[str, DataPoint]) -> Review:
    return create_review(
        cast.alpenglow, cast.programme, by=cast.maria, title="Half-year review", period_start=date(2026, 1, 1),
        period_end=date(2026, 6, 30), data_points=[points["staff"], points["audits"]], metrics=[("revenue", "EUR")],
    )  # fmt: skip
