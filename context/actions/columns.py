"""What people and other systems write into a partner's own columns is in the ledger, too, with where it comes from and its age.
Imports record theirs themselves, as what their source says."""

from collections.abc import Mapping

from django.db.models import JSONField, Value
from django.utils import timezone

from context.actions.facts import record_facts
from context.actions.observations import SOURCE
from context.models import DataPoint, Fact
from context.queries.data_points import OF_A_PARTNER, OF_A_PLACE
from partners.models import Partner, Programme

_ENDED = Value(None, output_field=JSONField())  # as JSON; without a value at all the row would be refused


def record_columns(
    partner: Partner, values: Mapping[str, str | None], *, by, method: str, programme: Programme | None
) -> list[Fact]:
    """A fact for each column that a data point stands for; of one that was emptied, that it has ended. No activity of its own:
    that the partner changed is told already."""
    names = OF_A_PARTNER if programme is None else OF_A_PLACE
    points = DataPoint.objects.filter(key__in=values.keys() & set(names), is_builtin=True).order_by("pk")
    source, now = str(by or SOURCE)[:200], timezone.now()
    facts = [
        Fact(
            partner=partner,
            programme=programme,
            data_point=point,
            value=values[point.key] or _ENDED,
            source=source,
            method=method,
            asserted_by=by,
            observed_at=now,
            recorded_at=now,
        )
        for point in points
    ]
    if facts:
        record_facts(facts)
    return facts
