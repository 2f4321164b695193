"""Field by field: what a reader may not see of a partner."""

from django.db.models import BooleanField, ExpressionWrapper, Q

from context.models import DataPoint
from context.queries.completeness import with_kinds


def seen_and_hidden(user, *, in_portal: bool = False) -> tuple[list[DataPoint], frozenset[str]]:
    """The data points this reader may see, with the kinds they are required of, and the keys of the built-in ones that are
    hidden; one query for both."""
    seen = DataPoint.objects.seen_by(user, in_portal=in_portal).order_by()
    is_seen = ExpressionWrapper(Q(pk__in=seen.values("pk")), output_field=BooleanField())
    points = list(with_kinds(DataPoint.objects.annotate(is_seen=is_seen)))
    hidden = frozenset(point.key for point in points if point.is_builtin and not point.is_seen)
    return [point for point in points if point.is_seen], hidden


def hidden_columns_and_rows(user, *, in_portal: bool = False) -> frozenset[str]:
    """Keys of the data points that stand for columns and typed rows and are not for this reader; one query."""
    seen = DataPoint.objects.seen_by(user, in_portal=in_portal)
    return frozenset(DataPoint.objects.filter(is_builtin=True).exclude(pk__in=seen.values("pk")).values_list("key", flat=True))
