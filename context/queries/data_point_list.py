"""The list of data points: use, fill, freshness and verified share of each, in a few queries whatever their number."""

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from context.models import ROWS, DataPoint
from context.queries.data_points import OF_A_PARTNER, OF_A_PLACE, Figures, may_see_figures
from partners.models import Enrolment, Partner

# A row for each name in a profile; a value of one programme is named `key@PROGRAMME` and counts for its partner once.
_OF_FACTS = """
SELECT named.key, count(*), count(*) FILTER (WHERE named.is_verified), count(*) FILTER (WHERE named.is_stale)
FROM partners_partnerprofile AS kept
CROSS JOIN LATERAL (
    SELECT split_part(name, '@', 1) AS key, bool_or(name = ANY(kept.verified)) AS is_verified, bool_or(aged.moment < %s) AS is_stale
    FROM jsonb_object_keys(kept.facts) AS name
    LEFT JOIN jsonb_each_text(kept.stale_at) AS aged (called, moment) ON aged.called = name
    GROUP BY 1
) AS named
WHERE kept.partner_id IN ({partners})
GROUP BY 1
"""
_OF_ROWS = """
SELECT '{key}', count(*), count(*) FILTER (WHERE is_verified), count(*) FILTER (WHERE is_stale)
FROM (SELECT partner_id, bool_and(verified_at IS NOT NULL) AS is_verified,
             bool_or(observed_at < now() - %s * interval '1 day') AS is_stale
      FROM {table} WHERE withdrawn_at IS NULL AND partner_id IN ({partners})
      GROUP BY partner_id) AS {key}
"""


def figures_by_key(points: list[DataPoint], user) -> dict[str, Figures]:
    """For those of which managers may see figures; three queries."""
    partners = Partner.objects.visible_to(user)
    known, columns = _of_facts_and_rows(points, partners), _of_columns(partners)
    found = {}
    for point in filter(may_see_figures, points):
        filled, verified, stale = known.get(point.key, (0, 0, 0))
        if point.is_builtin and point.key in columns:
            filled = columns[point.key]
        found[point.key] = Figures(partners=columns["all"], filled=filled, verified=min(verified, filled), stale=min(stale, filled))
    return found


def _of_facts_and_rows(points: list[DataPoint], partners) -> dict[str, tuple[int, int, int]]:
    kinds = [point for point in points if point.key in ROWS and point.type == DataPoint.Type.ROWS]
    sql, parameters = partners.order_by().values("pk").query.sql_with_params()
    parts = [_OF_ROWS.format(key=point.key, table=ROWS[point.key]._meta.db_table, partners=sql) for point in kinds]
    now = timezone.now().replace(tzinfo=None).isoformat(timespec="microseconds")
    asked = [now, *parameters, *(value for point in kinds for value in (point.stale_after_days, *parameters))]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([_OF_FACTS.format(partners=sql), *parts]), asked)
        return {key: counts for key, *counts in cursor.fetchall()}


def _of_columns(partners) -> dict[str, int]:
    columns = {"all": Count("pk")} | {key: Count("pk", filter=~Q(**{key: ""})) for key in OF_A_PARTNER}
    places = Enrolment.objects.current().filter(partner__in=partners)
    of_places = {
        key: Count("partner", distinct=True, filter=~Q(**{key: "" if key in ("status", "stage") else None})) for key in OF_A_PLACE
    }
    return partners.aggregate(**columns) | places.aggregate(**of_places)
