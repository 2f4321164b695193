"""What the profile rows say of the ledger, and whether they do."""

from collections.abc import Callable, Iterable, Iterator

from context.queries.ledger_rule import MAY_STAND, first_by, ledger, rank
from partners.models import Partner
from partners.queries.profiles import differing_profiles

BATCH = 1_000


_UNTIL = "to_char(stale_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
_OF_MANY = f"""
SELECT asked.partner_id,
    coalesce(jsonb_object_agg(name, value) FILTER (WHERE name IS NOT NULL), '{{{{}}}}') AS facts,
    coalesce(array_agg(name ORDER BY name) FILTER (WHERE kind = 'verified'), '{{{{}}}}')::varchar[] AS verified,
    coalesce(jsonb_object_agg(name, {_UNTIL}) FILTER (WHERE stale_at IS NOT NULL), '{{{{}}}}') AS stale_at
FROM unnest(%s::bigint[]) AS asked (partner_id)
LEFT JOIN LATERAL (
    SELECT DISTINCT ON (fact.data_point_id, fact.programme_id)
        point.key || coalesce('@' || programme.key, '') AS name, fact.value, verdict.kind, stale_at
    FROM {ledger()} WHERE {MAY_STAND} AND fact.partner_id = asked.partner_id {{only}}
    ORDER BY fact.data_point_id, fact.programme_id, {first_by(rank())}
) AS named ON true
GROUP BY asked.partner_id
"""  # noqa: S608 - words of ours
# "+ 0" keeps the database with the partner's own few facts. In the middle of an import it believes that places it has counted
# before their first fact are empty, and would read all their facts again for each partner.
_AMONG = "AND fact.data_point_id + 0 = ANY(%s) AND point.key || coalesce('@' || programme.key, '') = ANY(%s)"
# The same rule for one place is a function of the database (context/migrations/0002_what_stands.py).
Told = tuple[str, tuple]


def place_name(key: str, programme: str = "") -> str:
    """What a value goes by in the profile: the data point's key or, for a value that belongs to one programme, `tier@PROGRAMME`."""
    return f"{key}@{programme}" if programme else key


def profile_facts(partner_ids: Iterable[int], places: dict[str, int] | None = None) -> Told:
    """What the profile rows hold, as a query and its parameters: (partner_id, facts, verified, stale_at), one row for each
    partner, also for one without facts; of these places alone, `{name: data point's id}`, where some are given."""
    ids = list(partner_ids)
    if places is None:
        return _OF_MANY.format(only=""), (ids,)
    return _OF_MANY.format(only=_AMONG), (ids, [*set(places.values())], [*places])


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
