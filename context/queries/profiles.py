"""What the profile rows say of the ledger, and whether they do."""

import functools
from collections.abc import Callable, Iterable, Iterator

from django.db.models import Case, F, When

from context.models import Fact
from context.queries.facts import freshness, standing_or_withdrawn_facts
from partners.models import Partner
from partners.queries.profiles import differing_profiles

BATCH = 1_000


_STANDING = """
SELECT *, key || coalesce('@' || programme, '') AS name
FROM ({standing}) AS standing (partner_id, data_point_id, key, programme, value, verdict, stale_at)
"""
_STANDS = "verdict IS DISTINCT FROM 'withdrawn'"
_UNTIL = "to_char(stale_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
_OF_MANY = f"""
SELECT asked.partner_id,
    coalesce(jsonb_object_agg(name, value) FILTER (WHERE name IS NOT NULL), '{{{{}}}}') AS facts,
    coalesce(array_agg(name ORDER BY name) FILTER (WHERE verdict = 'verified'), '{{{{}}}}')::varchar[] AS verified,
    coalesce(jsonb_object_agg(name, {_UNTIL}) FILTER (WHERE stale_at IS NOT NULL), '{{{{}}}}') AS stale_at
FROM unnest(%s::bigint[]) AS asked (partner_id)
LEFT JOIN ({_STANDING} WHERE {_STANDS} AND partner_id = ANY(%s) {{only}}) AS named ON named.partner_id = asked.partner_id
GROUP BY asked.partner_id
"""  # noqa: S608 - words of ours
_AMONG = "AND data_point_id = ANY(%s) AND key || coalesce('@' || programme, '') = ANY(%s)"
_OF_ONE = f"""
SELECT asked.partner_id,
    CASE WHEN value IS NULL THEN '{{{{}}}}' ELSE jsonb_build_object(asked.name, value) END AS facts,
    CASE WHEN verdict = 'verified' THEN ARRAY[asked.name] ELSE '{{{{}}}}' END::varchar[] AS verified,
    CASE WHEN stale_at IS NULL THEN '{{{{}}}}' ELSE jsonb_build_object(asked.name, {_UNTIL}) END AS stale_at
FROM (SELECT %s::bigint AS partner_id, %s::varchar AS name) AS asked
LEFT JOIN (
    SELECT * FROM ({{standing}}) AS standing (partner_id, data_point_id, programme_id, value, verdict, stale_at)
    WHERE {_STANDS} AND partner_id = %s AND data_point_id = %s AND programme_id IS NOT DISTINCT FROM %s
) AS named ON true
"""  # noqa: S608 - words of ours
_WITH_KEYS = ("partner_id", "data_point_id", "data_point__key", "programme__key")
Told = tuple[str, tuple]


def place_name(key: str, programme: str = "") -> str:
    """What a value goes by in the profile: the data point's key or, for a value that belongs to one programme, `tier@PROGRAMME`."""
    return f"{key}@{programme}" if programme else key


def profile_facts(partner_ids: Iterable[int], places: dict[str, int] | None = None) -> Told:
    """What the profile rows hold, as a query and its parameters: (partner_id, facts, verified, stale_at), one row for each
    partner, also for one without facts; of these places alone, `{name: data point's id}`, where some are given."""
    ids = list(partner_ids)
    standing, parameters = _standing(*_WITH_KEYS)
    if places is None:
        return _OF_MANY.format(standing=standing, only=""), (ids, *parameters, ids)
    among = ([*set(places.values())], [*places])
    return _OF_MANY.format(standing=standing, only=_AMONG), (ids, *parameters, ids, *among)


def profile_fact(fact: Fact, name: str) -> Told:
    """The same of the one place of this fact: planned in half the time, which counts where facts come one by one."""
    standing, parameters = _standing("partner_id", "data_point_id", "programme_id")
    place = (fact.partner_id, fact.data_point_id, fact.programme_id)
    return _OF_ONE.format(standing=standing), (fact.partner_id, name, *parameters, *place)


@functools.cache
def _standing(*columns: str) -> Told:
    """The same statement each time, so it is written once: for one fact, writing it cost more than asking it."""
    return (
        standing_or_withdrawn_facts()
        .annotate(stale_at=Case(When(data_point__stale_after_days__isnull=False, then=F("observed_at") + freshness())))
        .values_list(*columns, "value", "standing", "stale_at")
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
