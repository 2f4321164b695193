"""Questions about a day in the past, asked of all partners: who had which values then."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from context.models import DataPoint, Fact
from context.queries.facts import standing_facts
from context.typed_values import typed_value
from partners.models import Enrolment, Partner, PartnerKind, Stage, Tier


def partners_where_then(
    values: dict[str, Any],
    *,
    programme: str = "",
    true_at: datetime | None = None,
    known_at: datetime | None = None,
    source: str = "",
) -> QuerySet[Partner]:
    """Partners for which each of `{data point: value}` stood then, of the partner itself or of its place in `programme` (a
    key). `true_at` asks what was true then, `known_at` what we knew then; with `source`, as that source alone tells it."""
    partners = Partner.objects.unmerged()
    for key, value in values.items():
        facts = Fact.objects.filter(data_point__key=key, programme__key=programme or None)
        if source:
            facts = facts.filter(source=source)
        standing = standing_facts(facts, true_at=true_at, known_at=known_at)
        partners = partners.filter(pk__in=Fact.objects.filter(pk__in=standing.values("pk"), value=value).values("partner"))
    return partners


def asked_value(point: DataPoint, text: str) -> Any:
    """What somebody asks for, as it is kept. What has keys and names is kept by its key, and found by either."""
    named = _NAMED.get(point.key)
    keys = {str(name).casefold(): key for key, name in named()} if named else {}
    return typed_value(point, keys.get(text.strip().casefold(), text))


_NAMED: dict[str, Callable[[], Iterable[tuple[str, Any]]]] = {
    "tier": lambda: Tier.objects.values_list("key", "name"),
    "kind": lambda: PartnerKind.objects.values_list("key", "name"),
    "stage": lambda: Stage.choices,
    "status": lambda: Enrolment.Status.choices,
}
