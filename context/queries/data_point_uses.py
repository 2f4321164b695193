"""What this app and the pages of partners use data points for."""

from collections.abc import Iterator

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.uses import Use
from context.models import ROWS, DataPoint, ImportMapping, Review, ReviewLine, Scorecard, Survey, SurveyQuestion
from context.queries.data_points import is_about_people, segments_using
from context.queries.metric_uses import use_of_scorecard
from partners.models import ContactFunction, PartnerKind, PerformanceRecord


def list_of_uses(point: DataPoint) -> str:
    """The address of all that uses it."""
    return f"{reverse('admin:context_datapoint_page', args=[point.public_id])}#uses"


def uses_in_segments(points: list[DataPoint]) -> Iterator[tuple[int, Use]]:
    for point, segment, name in segments_using(points):
        yield point, Use(_("segment"), name, reverse("admin:context_segment_change", args=[segment]))


def uses_on_pages(points: list[DataPoint]) -> Iterator[tuple[int, Use]]:
    """What stands for a part of every partner has its place on their pages, and what belongs to a part of the profile in it. A
    page goes on without it, so it stands in nobody's way and has no address."""
    for point in points:
        if is_about_people(point):
            yield point.pk, Use(_("page"), _("People of a partner"))
        elif point.is_builtin:
            yield point.pk, Use(_("page"), _("Page of a partner"))
        elif point.topic:
            words = _("Page of a partner: %(part)s") % {"part": point.get_topic_display()}
            yield point.pk, Use(_("page"), words)


def uses_in_scorecards(points: list[DataPoint]) -> Iterator[tuple[int, Use]]:
    """Their lines sum up figures. One query, whichever these are."""
    cards = list(Scorecard.objects.filter(lines__isnull=False).distinct().order_by("name"))
    for point in points:
        if ROWS.get(point.key) is PerformanceRecord:
            yield from ((point.pk, use_of_scorecard(card)) for card in cards)


def uses_in_surveys(points: list[DataPoint]) -> Iterator[tuple[int, Use]]:
    rows = SurveyQuestion.objects.filter(data_point__in=points).select_related("survey").order_by("survey__title", "pk")
    for question in rows:
        yield question.data_point_id, use_of_survey(question.survey)


def use_of_survey(survey: Survey) -> Use:
    kind = _("interview") if survey.is_interview else _("survey")
    return Use(kind, survey.title, reverse("admin:context_survey_page", args=[survey.public_id]))


def surveys_answered_by(word: Model) -> Iterator[Use]:
    """What people with a function are asked."""
    if isinstance(word, ContactFunction):
        yield from map(use_of_survey, Survey.objects.filter(functions__contains=[word.key]))


def points_required_of(word: Model) -> Iterator[Use]:
    """What partners of a kind are asked for."""
    if isinstance(word, PartnerKind):
        for point in DataPoint.objects.filter(required_kinds=word):
            yield Use(_("data point"), point.label, reverse("admin:context_datapoint_page", args=[point.public_id]))


def uses_in_reviews(points: list[DataPoint]) -> Iterator[tuple[int, Use]]:
    """Reviews of one title count once, however many partners have one."""
    rows = ReviewLine.objects.filter(data_point__in=points).order_by("review__title", "data_point")
    for point, title in rows.values_list("data_point", "review__title").distinct():
        yield point, Use(_("review"), title, reverse("admin:context_review_changelist"))


def use_of_review(review: Review) -> Use:
    return Use(_("review"), str(review), reverse("admin:context_review_page", args=[review.public_id]))


def uses_in_mappings(points: list[DataPoint]) -> Iterator[tuple[int, Use]]:
    """The mappings that managers wrote."""
    known = {point.key: point.pk for point in points}
    for mapping in ImportMapping.objects.all():
        facts = mapping.spec.get("facts") if isinstance(mapping.spec, dict) else None
        use = Use(_("import mapping"), mapping.name, reverse("admin:context_importmapping_change", args=[mapping.pk]))
        yield from ((known[key], use) for key in (facts if isinstance(facts, dict) else ()) if key in known)
