"""The profile row: what segments read of a partner, in one place. It follows the typed rows and the ledger;
whoever changes those calls one of these in the same transaction."""

from collections.abc import Collection, Iterable, Sequence

from django.db import connection, transaction

from partners.queries.profiles import TYPED_ROWS

_REFRESH = f"""
INSERT INTO partners_partnerprofile AS kept
    (partner_id, regions, specialties, certifications, products, facts, verified, stale_at, refreshed_at)
SELECT partner_id, regions, specialties, certifications, products, '{{}}', '{{}}', '{{}}', now() FROM ({TYPED_ROWS}) AS typed
ON CONFLICT (partner_id) DO UPDATE SET regions = excluded.regions, specialties = excluded.specialties,
    certifications = excluded.certifications, products = excluded.products, refreshed_at = excluded.refreshed_at
WHERE (kept.regions, kept.specialties, kept.certifications, kept.products)
    IS DISTINCT FROM (excluded.regions, excluded.specialties, excluded.certifications, excluded.products)
"""  # noqa: S608 - words of ours

# Each row is written at most once, and not at all where nothing changes: what segments read stays small.
_REWRITE = f"""
INSERT INTO partners_partnerprofile AS kept
    (partner_id, regions, specialties, certifications, products, facts, verified, stale_at, refreshed_at)
SELECT partner_id, regions, specialties, certifications, products, facts, verified, stale_at, now()
FROM ({TYPED_ROWS}) AS typed JOIN ({{told}}) AS told USING (partner_id)
ON CONFLICT (partner_id) DO UPDATE SET regions = excluded.regions, specialties = excluded.specialties,
    certifications = excluded.certifications, products = excluded.products,
    facts = excluded.facts, verified = excluded.verified, stale_at = excluded.stale_at, refreshed_at = excluded.refreshed_at
WHERE (kept.regions, kept.specialties, kept.certifications, kept.products, kept.facts, kept.verified, kept.stale_at)
    IS DISTINCT FROM (excluded.regions, excluded.specialties, excluded.certifications, excluded.products,
                      excluded.facts, excluded.verified, excluded.stale_at)
"""  # noqa: S608 - words of ours

_INSERT_FACTS = """
INSERT INTO partners_partnerprofile AS kept
    (partner_id, regions, specialties, certifications, products, facts, verified, stale_at, refreshed_at)
SELECT partner_id, '{{}}', '{{}}', '{{}}', '{{}}', facts, verified, stale_at, now() FROM ({told}) AS told
ON CONFLICT (partner_id) DO UPDATE
"""
_SET_FACTS = f"""{_INSERT_FACTS}
SET facts = excluded.facts, verified = excluded.verified, stale_at = excluded.stale_at, refreshed_at = excluded.refreshed_at
WHERE (kept.facts, kept.verified, kept.stale_at)
    IS DISTINCT FROM (excluded.facts, excluded.verified, excluded.stale_at)
"""
# Names are `key` or `key@PROGRAMME`; one parameter more at the end of each: the keys.
_AMEND_FACTS = f"""{_INSERT_FACTS}
SET facts = (kept.facts - ARRAY(
        SELECT name FROM jsonb_object_keys(kept.facts) AS name WHERE split_part(name, '@', 1) = ANY(%s)
    )) || excluded.facts,
    verified = ARRAY(
        SELECT name FROM unnest(kept.verified) AS name WHERE split_part(name, '@', 1) <> ALL(%s)
        UNION SELECT unnest(excluded.verified) ORDER BY 1
    ),
    stale_at = (kept.stale_at - ARRAY(
        SELECT name FROM jsonb_object_keys(kept.stale_at) AS name WHERE split_part(name, '@', 1) = ANY(%s)
    )) || excluded.stale_at,
    refreshed_at = excluded.refreshed_at
"""  # noqa: S608 - words of ours


@transaction.atomic(savepoint=False)
def refresh_profiles(partner_ids: Iterable[int]) -> None:
    """Rebuild the arrays of these partners from their typed rows; make the row where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, [list(partner_ids)])


def lock_profiles(partner_ids: list[int]) -> None:
    """Until the transaction ends; in one order, so that two never wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM partners_partnerprofile WHERE partner_id = ANY(%s) ORDER BY partner_id FOR UPDATE", [partner_ids]
        )


@transaction.atomic(savepoint=False)
def rewrite_profiles(partner_ids: list[int], told: str, parameters: Sequence) -> int:
    """Everything a profile holds, from the typed rows and from what `context` tells. Returns how many rows changed."""
    lock_profiles(partner_ids)
    with connection.cursor() as cursor:
        cursor.execute(_REWRITE.replace("{told}", told), [partner_ids, *parameters])
        return cursor.rowcount


@transaction.atomic(savepoint=False)
def set_profile_facts(told: str, parameters: Sequence) -> int:
    """Told by `context` as a query of (partner_id, facts, verified, stale_at), one row a partner. Returns how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(_SET_FACTS.format(told=told), parameters)
        return cursor.rowcount


@transaction.atomic(savepoint=False)
def amend_profile_facts(keys: Collection[str], told: str, parameters: Sequence) -> None:
    """The same for some data points alone: what is kept of the others stays."""
    keys = list(keys)
    with connection.cursor() as cursor:
        cursor.execute(_AMEND_FACTS.format(told=told), [*parameters, keys, keys, keys])
