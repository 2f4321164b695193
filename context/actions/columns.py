"""What people and other systems write into a partner's own columns is in the ledger, too, with where it comes from and its age.
Imports record theirs themselves, as what their source says."""

from collections.abc import Mapping
from typing import Any

from django.db.models import JSONField, Value
from django.utils import timezone

from context.actions.facts import record_facts
from context.actions.observations import SOURCE
from context.models import DataPoint, Fact
from context.queries.data_points import OF_A_PARTNER, OF_A_PERSON, OF_A_PLACE
from partners.models import Contact, Partner, Programme

_ENDED = Value(None, output_field=JSONField())  # as JSON; without a value at all the row would be refused


def record_columns(
    partner: Partner, values: Mapping[str, Any], *, by, method: str, programme: Programme | None, contact: Contact | None = None
) -> list[Fact]:
    """A fact for each column that a data point stands for; of one that was emptied, that it has ended. No activity of its own:
    that the partner or the person changed is told already."""
    if contact is not None:
        values = {f"contact_{name}": value for name, value in values.items()}
    names = OF_A_PLACE if programme else OF_A_PERSON if contact else OF_A_PARTNER
    points = DataPoint.objects.filter(key__in=values.keys() & set(names), is_builtin=True).order_by("pk")
    source, now = str(by or SOURCE)[:200], timezone.now()
    facts = [
        Fact(
            partner=partner,
            contact=contact,
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
    if contact is not None:  # what is said about a person is no part of the partner's profile
        return Fact.objects.bulk_create(facts)
    if facts:
        record_facts(facts)
    return facts
