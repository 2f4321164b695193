"""Field by field: what a reader may not see of a partner."""

from context.models import DataPoint


def hidden_columns_and_rows(user, *, in_portal: bool = False) -> frozenset[str]:
    """Keys of the data points that stand for columns and typed rows and are not for this reader; one query."""
    seen = DataPoint.objects.seen_by(user, in_portal=in_portal)
    return frozenset(DataPoint.objects.filter(is_builtin=True).exclude(pk__in=seen.values("pk")).values_list("key", flat=True))
