"""Questions about a day in the past, asked of all partners: who had which values then."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from context.models import DataPoint
from context.models.data_points import VALUES
from context.queries.data_points import OF_A_PERSON
from context.queries.ledger_rule import MAY_STAND, first_by, ledger, rank
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
    says = " OR ".join(f"key = %s AND value {'@>' if isinstance(value, list) else '='} %s::jsonb" for value in values.values())
    said = [each for key, value in values.items() for each in (key, json.dumps(value))]
    now, true_at, known_at = true_at or known_at or timezone.now(), true_at or _ANY_TIME, known_at or _ANY_TIME
    here, of_it = ("AND (fact.programme_id IS NULL OR programme.key = %s)", [programme]) if programme else ("", [])
    told, by_it = ("AND fact.source = %s", [source]) if source else ("", [])
    asked = [known_at, [*values], true_at, known_at, *of_it, *by_it, now, *said, len(values)]
    places = RawSQL(_PLACES % {"says": says, "here": here, "told": told}, asked)  # noqa: S611 - words of ours, values apart
    return Partner.objects.unmerged().filter(pk__in=places)


# Each of the values that stood is found once, and the places are put together from what was found.
_PLACES = f"""
WITH stood AS MATERIALIZED (
    SELECT DISTINCT ON (fact.partner_id, fact.data_point_id, fact.programme_id)
        fact.partner_id, fact.programme_id, point.key, fact.value
    FROM {ledger("at <= %%s")}
    WHERE {MAY_STAND} AND point.key = ANY(%%s) AND fact.observed_at <= %%s AND fact.recorded_at <= %%s %(here)s %(told)s
    ORDER BY fact.partner_id, fact.data_point_id, fact.programme_id, {first_by(rank("%%s"))}
), saying AS MATERIALIZED (
    SELECT partner_id, programme_id, key FROM stood WHERE %(says)s
)
SELECT place.partner_id FROM (SELECT DISTINCT partner_id, programme_id FROM saying) AS place
JOIN saying ON saying.partner_id = place.partner_id AND (saying.programme_id IS NULL OR saying.programme_id = place.programme_id)
GROUP BY place.partner_id, place.programme_id HAVING count(DISTINCT saying.key) = %%s
"""  # noqa: S608 - words of ours
_ANY_TIME = "infinity"


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
