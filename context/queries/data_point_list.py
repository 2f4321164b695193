"""The list of data points: use, fill, freshness and verified share of each, in a few queries whatever their number."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Q, QuerySet, Value
from django.utils import timezone

from context.models import ROWS, DataPoint
from context.queries.data_points import OF_A_PARTNER, OF_A_PLACE, Figures, may_see_figures
from partners.models import Enrolment, Partner

EVERYONE = "everyone"
LONG = 1.0  # seconds
KEPT = 10 * 60  # seconds
# A row for each name in a profile; a value of one programme is named `key@PROGRAMME` and counts for its partner once.
_OF_FACTS = """
SELECT 'value', named.key, count(*), count(*) FILTER (WHERE named.is_verified), count(*) FILTER (WHERE named.is_stale)
FROM partners_partnerprofile AS kept
CROSS JOIN LATERAL (
    SELECT split_part(name, '@', 1) AS key, bool_or(name = ANY(kept.verified)) AS is_verified, bool_or(aged.moment < %s) AS is_stale
    FROM jsonb_object_keys(kept.facts) AS name
    LEFT JOIN jsonb_each_text(kept.stale_at) AS aged (called, moment) ON aged.called = name
    GROUP BY 1
) AS named
WHERE kept.partner_id IN ({partners})
GROUP BY named.key
"""
_OF_ROWS = """
SELECT 'value', '{key}', count(*), count(*) FILTER (WHERE is_verified), count(*) FILTER (WHERE is_stale)
FROM (SELECT partner_id, bool_and(verified_at IS NOT NULL) AS is_verified,
             bool_or(observed_at < now() - %s * interval '1 day') AS is_stale
      FROM {table} WHERE withdrawn_at IS NULL AND partner_id IN ({partners})
      GROUP BY partner_id) AS {key}
"""
# A row for each count of a query that gives one row of them.
_OF_COLUMNS = """
SELECT 'column', substr(counts.name, 7), counts.number::bigint, 0::bigint, 0::bigint
FROM ({counted}) AS counted CROSS JOIN LATERAL jsonb_each_text(to_jsonb(counted)) AS counts (name, number)
"""


@dataclass(frozen=True)
class Counted:
    """Figures by data point's key, and when they were counted."""

    figures: dict[str, Figures]
    at: datetime


def latest_figures(points: list[DataPoint], user) -> Counted:
    """Counting millions of values takes seconds; what took long is shown again for some minutes, with its age."""
    which = "-".join(sorted(str(point.pk) for point in points))
    key = f"figures:{user.pk}:{sha256(which.encode()).hexdigest()}"
    if (kept := cache.get(key)) is not None:
        return kept
    begun = time.monotonic()
    counted = Counted(figures_by_key(points, user), timezone.now())
    if time.monotonic() - begun > LONG:
        cache.set(key, counted, KEPT)
    return counted


def figures_by_key(points: list[DataPoint], user) -> dict[str, Figures]:
    """For those of which managers may see figures; one query."""
    values, columns = _counted(points, Partner.objects.visible_to(user))
    found = {}
    for point in filter(may_see_figures, points):
        filled, verified, stale = values.get(point.key, (0, 0, 0))
        if point.is_builtin and point.key in columns:
            filled = columns[point.key]
        everyone = columns.get(EVERYONE, 0)
        found[point.key] = Figures(partners=everyone, filled=filled, verified=min(verified, filled), stale=min(stale, filled))
    return found


def _counted(points: list[DataPoint], partners: QuerySet[Partner]) -> tuple[dict[str, tuple[int, int, int]], dict[str, int]]:
    """By key, how many have a value, a verified one, a stale one; and by key, how many have something in a column."""
    kinds = [point for point in points if point.key in ROWS and point.type == DataPoint.Type.ROWS]
    sql, parameters = partners.order_by().values("pk").query.sql_with_params()
    now = timezone.now().replace(tzinfo=None).isoformat(timespec="microseconds")
    parts = [(_OF_FACTS.format(partners=sql), (now, *parameters))]
    for point in kinds:
        part = _OF_ROWS.format(key=point.key, table=ROWS[point.key]._meta.db_table, partners=sql)
        parts.append((part, (point.stale_after_days, *parameters)))
    for counted, values in _counts_of_columns(partners):
        parts.append((_OF_COLUMNS.format(counted=counted), values))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(part for part, _values in parts), [value for _part, values in parts for value in values])
        rows = cursor.fetchall()
    values = {key: tuple(counts) for what, key, *counts in rows if what == "value"}
    return values, {key: filled for what, key, filled, *_rest in rows if what == "column"}


def _counts_of_columns(partners: QuerySet[Partner]) -> Iterator[tuple[str, tuple]]:
    columns = {EVERYONE: Count("pk")} | {key: Count("pk", filter=~Q(**{key: ""})) for key in OF_A_PARTNER}
    yield _one_row(partners, columns)
    of_places = {
        key: Count("partner", distinct=True, filter=~Q(**{key: "" if key in ("status", "stage") else None})) for key in OF_A_PLACE
    }
    yield _one_row(Enrolment.objects.current().filter(partner__in=partners), of_places)


def _one_row(rows: QuerySet, counts: dict[str, Count]) -> tuple[str, tuple]:
    named = {f"count_{key}": count for key, count in counts.items()}
    return rows.order_by().values(of=Value(1)).annotate(**named).values(*named).query.sql_with_params()
