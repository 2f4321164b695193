"""What the profile rows say of the ledger, and whether they do."""

import functools
from collections.abc import Callable, Collection, Iterable, Iterator

from django.db.models import Case, F, When
from django.db.models.functions import Now

from context.models import DataPoint, Fact
from context.queries.facts import freshness, standing_facts
from partners.models import Partner
from partners.queries.profiles import differing_profiles

BATCH = 1_000


_NAMED = """
SELECT asked.partner_id,
    coalesce(jsonb_object_agg(name, value) FILTER (WHERE name IS NOT NULL), '{{}}') AS facts,
    coalesce(array_agg(name ORDER BY name) FILTER (WHERE verdict = 'verified'), '{{}}')::varchar[] AS verified,
    coalesce(jsonb_object_agg(name, to_char(stale_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'))
             FILTER (WHERE stale_at IS NOT NULL), '{{}}') AS stale_at
FROM unnest(%s::bigint[]) AS asked (partner_id)
LEFT JOIN (
    SELECT *, key || coalesce('@' || programme, '') AS name
    FROM ({standing}) AS standing (partner_id, data_point_id, key, programme, value, verdict, stale_at)
    WHERE partner_id = ANY(%s) AND data_point_id = ANY(%s)
) AS named ON named.partner_id = asked.partner_id
GROUP BY asked.partner_id
"""


def profile_facts(partner_ids: Iterable[int], data_points: Collection[int] | None = None) -> tuple[str, tuple]:
    """What the profile rows hold, as a query and its parameters: (partner_id, facts, verified, stale_at), one row for each
    partner, also for one without facts; of these data points alone where some are given. A name in them is a key or,
    for a value that belongs to one programme, `tier@PROGRAMME`."""
    ids = list(partner_ids)
    points = DataPoint.objects.order_by().values_list("pk", flat=True) if data_points is None else data_points
    standing, parameters = _standing()
    return _NAMED.format(standing=standing), (ids, *parameters, ids, list(points))


@functools.cache
def _standing() -> tuple[str, tuple]:
    """The same statement each time, so it is written once: for one fact, writing it cost more than asking it."""
    return (
        standing_facts(Fact.objects.all(), now=Now())
        .annotate(stale_at=Case(When(data_point__stale_after_days__isnull=False, then=F("observed_at") + freshness())))
        .values_list("partner_id", "data_point_id", "data_point__key", "programme__key", "value", "standing", "stale_at")
        .query.sql_with_params()
    )


def partner_batches() -> Iterator[list[int]]:
    """The ids of all partners in their order, a batch at a time."""
    last = 0
    while batch := list(Partner.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield batch
        last = batch[-1]


def profiles_that_differ(progress: Callable[[int], None] = lambda _done: None) -> list[int]:
    """The partners whose row a rebuild would change."""
    differing: list[int] = []
    done = 0
    for batch in partner_batches():
        differing += differing_profiles(batch, *profile_facts(batch))
        done += len(batch)
        progress(done)
    return differing
