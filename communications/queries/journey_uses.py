"""What journeys use: segments, and what their rules speak of. None of it is changed or deleted behind their back."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from activity.uses import Use
from communications.models import Journey, JourneyRun, JourneyState, JourneyVersion
from context.models import DataPoint, Segment
from context.queries.criteria import data_points_of
from context.rule_users import RuleUser, register_rule_users
from context.rules import Lookups
from context.uses import register_uses


def register() -> None:
    register_rule_users(rules_of_journeys)
    register_uses(uses_in_journeys)


def versions_in_use() -> QuerySet[JourneyVersion]:
    """Drafts, those that partners enter, and those that somebody is still under way on."""
    under_way = JourneyRun.objects.filter(version=OuterRef("pk")).under_way()
    rows = JourneyVersion.objects.exclude(journey__state=JourneyState.ENDED)
    return rows.filter(Q(published_at=None) | Q(number=F("journey__published")) | Exists(under_way))


def rules_of_journeys() -> Iterator[RuleUser]:
    for version in versions_in_use().select_related("journey").prefetch_related("steps").order_by("journey__name", "number"):
        rules = [version.rule, version.exit_rule, *(step.rule for step in version.steps.all())]
        yield from (RuleUser(use_of_journey(version.journey), rule) for rule in rules if rule is not None)


def uses_in_journeys(points: list[DataPoint]) -> Iterator[tuple[int, Use]]:
    known, lookups = {point.key: point.pk for point in points}, Lookups()
    for user in rules_of_journeys():
        try:
            keys = data_points_of(user.rule, lookups)
        except Invalid:
            continue
        yield from ((known[key], user.use) for key in keys if key in known)


def journeys_for(segment: Segment, journeys: QuerySet[Journey]) -> QuerySet[Journey]:
    """Those that partners enter or leave by it, and those whose steps name it. A published version has copies, and keeps its
    segments on record all the same."""
    by_it = Q(versions__segment=segment) | Q(versions__exit_segment=segment)
    named = Q(versions__steps__rule__icontains=str(segment.public_id))
    of_them = Journey.objects.filter(by_it | named & ~Q(state=JourneyState.ENDED)).values("pk")
    return journeys.filter(pk__in=of_them)


def use_of_journey(journey: Journey) -> Use:
    return Use(_("journey"), journey.name, reverse("admin:communications_journey_page", args=[journey.public_id]))
