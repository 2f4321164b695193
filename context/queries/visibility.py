"""Field by field: what a reader may not see of a partner."""

from collections.abc import Iterable

from django.db.models import BooleanField, Exists, ExpressionWrapper, Q, QuerySet

from context.models import ROWS, DataPoint, Side
from context.queries.completeness import with_kinds
from partners.visibility import Sight


def sight_of(user, *, in_portal: bool = False) -> Sight:
    """All that pages ask of data points; one query. Those that are seen come with the kinds they are required of."""
    points = list(with_kinds(_with_sight(user, in_portal=in_portal)))
    return Sight(
        hidden=_hidden_among(points),
        data_points=tuple(point for point in points if point.is_seen),
        days_fresh={point.key: point.stale_after_days for point in points if point.key in ROWS and point.stale_after_days},
    )


def points_for_rules(user) -> tuple[list[DataPoint], frozenset[str]]:
    """What rules may ask, and the keys that `hidden_columns_and_rows` gives; one query for both."""
    points = list(_with_sight(user))
    return [point for point in points if point.seen_by != Side.PARTNER], _hidden_among(points)


def _with_sight(user, *, in_portal: bool = False) -> QuerySet[DataPoint]:
    seen = DataPoint.objects.seen_by(user, in_portal=in_portal).order_by()
    return DataPoint.objects.annotate(is_seen=ExpressionWrapper(Q(pk__in=seen.values("pk")), output_field=BooleanField()))


def _hidden_among(points: Iterable[DataPoint]) -> frozenset[str]:
    return frozenset(point.key for point in points if point.is_builtin and not point.is_seen)


def hidden_columns_and_rows(user, *, in_portal: bool = False) -> frozenset[str]:
    """Keys of the data points that stand for columns and typed rows and are not for this reader; one query."""
    return frozenset(_hidden(user, in_portal=in_portal).values_list("key", flat=True))


def is_hidden(key: str, user, *, in_portal: bool = False) -> Exists:
    """The same of one key, as a condition of another query."""
    return Exists(_hidden(user, in_portal=in_portal).filter(key=key))


def _hidden(user, *, in_portal: bool) -> QuerySet[DataPoint]:
    seen = DataPoint.objects.seen_by(user, in_portal=in_portal)
    return DataPoint.objects.filter(is_builtin=True).exclude(pk__in=seen.values("pk"))
