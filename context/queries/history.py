"""Questions about a day in the past, asked of all partners: who had which values then."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from context.models import DataPoint, Fact
from context.models.data_points import VALUES
from context.queries.data_points import OF_A_PERSON
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
    """Partners for which each of `{data point: value}` stood then; of several choices or regions, all of `value` were among them.
    What is said of places in programmes holds of one and the same place, in `programme` (a key) where it is named. `true_at` asks
    what was true then, `known_at` what we knew then; with `source`, as that source alone tells it."""
    facts = Fact.objects.filter(Q(programme=None) | Q(programme__key=programme)) if programme else Fact.objects.all()
    if source:
        facts = facts.filter(source=source)
    places = facts.filter(reduce(or_, (_says(key, value) for key, value in values.items())))
    for key, value in values.items():
        standing = standing_facts(facts.filter(data_point__key=key), true_at=true_at, known_at=known_at)
        saying = Fact.objects.filter(_says(key, value), pk__in=standing.values("pk"), partner=OuterRef("partner"))
        places = places.filter(Exists(saying.filter(Q(programme=None) | Q(programme=OuterRef("programme")))))
    return Partner.objects.unmerged().filter(pk__in=places.order_by().values("partner"))


def _says(key: str, value: Any) -> Q:
    return Q(data_point__key=key, **{"value__contains" if isinstance(value, list) else "value": value})


def points_to_ask(user) -> QuerySet[DataPoint]:
    """Those of which partners have values, as far as this reader sees them; what is about single people is none."""
    return DataPoint.objects.seen_by(user).filter(type__in=VALUES).exclude(is_builtin=True, key__in=OF_A_PERSON)


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
