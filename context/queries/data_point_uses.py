"""What this app and the pages of partners use data points for."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from context.models import DataPoint, ReviewLine, SurveyQuestion
from context.queries.data_points import is_about_people, segments_using
from context.uses import Use


def uses_in_segments(points: list[DataPoint]) -> Iterator[tuple[int, Use]]:
    for point, segment, name in segments_using(points):
        yield point, Use(_("segment"), name, reverse("admin:context_segment_change", args=[segment]))


def uses_on_pages(points: list[DataPoint]) -> Iterator[tuple[int, Use]]:
    """What stands for a part of every partner has its place on their pages."""
    for point in points:
        if point.is_builtin:
            page = _("People of a partner") if is_about_people(point) else _("Page of a partner")
            yield point.pk, Use(_("page"), page)


def uses_in_surveys(points: list[DataPoint]) -> Iterator[tuple[int, Use]]:
    rows = SurveyQuestion.objects.filter(data_point__in=points).select_related("survey").order_by("survey__title", "pk")
    for question in rows:
        survey = question.survey
        kind = _("interview") if survey.is_interview else _("survey")
        yield question.data_point_id, Use(kind, survey.title, reverse("admin:context_survey_page", args=[survey.public_id]))


def uses_in_reviews(points: list[DataPoint]) -> Iterator[tuple[int, Use]]:
    """Reviews of one title count once, however many partners have one."""
    rows = ReviewLine.objects.filter(data_point__in=points).order_by("review__title", "data_point")
    for point, title in rows.values_list("data_point", "review__title").distinct():
        yield point, Use(_("review"), title, reverse("admin:context_review_changelist"))
