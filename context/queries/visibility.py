"""Field by field: what a reader may not see of a partner."""

from django.db.models import BooleanField, Exists, ExpressionWrapper, Q, QuerySet

from context.models import ROWS, DataPoint
from context.queries.completeness import with_kinds
from partners.visibility import Sight


def sight_of(user, *, in_portal: bool = False) -> Sight:
    """All that pages ask of data points; one query. Those that are seen come with the kinds they are required of."""
    seen = DataPoint.objects.seen_by(user, in_portal=in_portal).order_by()
    is_seen = ExpressionWrapper(Q(pk__in=seen.values("pk")), output_field=BooleanField())
    points = list(with_kinds(DataPoint.objects.annotate(is_seen=is_seen)))
    return Sight(
        hidden=frozenset(point.key for point in points if point.is_builtin and not point.is_seen),
        data_points=tuple(point for point in points if point.is_seen),
        days_fresh={point.key: point.stale_after_days for point in points if point.key in ROWS and point.stale_after_days},
    )


def hidden_columns_and_rows(user, *, in_portal: bool = False) -> frozenset[str]:
    """Keys of the data points that stand for columns and typed rows and are not for this reader; one query."""
    return frozenset(_hidden(user, in_portal=in_portal).values_list("key", flat=True))


def is_hidden(key: str, user, *, in_portal: bool = False) -> Exists:
    """The same of one key, as a condition of another query."""
    return Exists(_hidden(user, in_portal=in_portal).filter(key=key))


def _hidden(user, *, in_portal: bool) -> QuerySet[DataPoint]:
    seen = DataPoint.objects.seen_by(user, in_portal=in_portal)
    return DataPoint.objects.filter(is_builtin=True).exclude(pk__in=seen.values("pk"))
