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

# Profiles are locked first, in one order, so that of two writers the later one sees what the earlier one wrote.
_LOCK = "SELECT FROM partners_partnerprofile WHERE partner_id = ANY(%s) ORDER BY partner_id FOR UPDATE;"
# Each row is written at most once, and not at all where nothing changes: what segments read stays small.
_REWRITE = f"""{_LOCK}
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

_INSERT_FACTS = f"""{_LOCK}
INSERT INTO partners_partnerprofile AS kept
    (partner_id, regions, specialties, certifications, products, facts, verified, stale_at, refreshed_at)
SELECT partner_id, '{{{{}}}}', '{{{{}}}}', '{{{{}}}}', '{{{{}}}}', facts, verified, stale_at, now() FROM ({{told}}) AS told
ON CONFLICT (partner_id) DO UPDATE
"""  # noqa: S608 - words of ours
_SET_FACTS = f"""{_INSERT_FACTS}
SET facts = excluded.facts, verified = excluded.verified, stale_at = excluded.stale_at, refreshed_at = excluded.refreshed_at
WHERE (kept.facts, kept.verified, kept.stale_at)
    IS DISTINCT FROM (excluded.facts, excluded.verified, excluded.stale_at)
"""
# Three parameters more at the end, each of them the names.
_AMEND_FACTS = f"""{_INSERT_FACTS}
SET facts = (kept.facts - %s::text[]) || excluded.facts,
    verified = ARRAY(
        SELECT name FROM unnest(kept.verified) AS name WHERE name <> ALL(%s) UNION SELECT unnest(excluded.verified) ORDER BY 1
    ),
    stale_at = (kept.stale_at - %s::text[]) || excluded.stale_at,
    refreshed_at = excluded.refreshed_at
"""  # noqa: S608 - words of ours


@transaction.atomic(savepoint=False)
def refresh_profiles(partner_ids: Iterable[int]) -> None:
    """Rebuild the arrays of these partners from their typed rows; make the row where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, [list(partner_ids)])


@transaction.atomic(savepoint=False)
def rewrite_profiles(partner_ids: list[int], told: str, parameters: Sequence) -> int:
    """Everything a profile holds, from the typed rows and from what `context` tells. Returns how many rows changed."""
    with connection.cursor() as cursor:
        cursor.execute(_REWRITE.replace("{told}", told), [partner_ids, partner_ids, *parameters])
        return cursor.rowcount


@transaction.atomic(savepoint=False)
def set_profile_facts(partner_ids: list[int], told: str, parameters: Sequence) -> int:
    """Told by `context` as a query of (partner_id, facts, verified, stale_at), one row a partner. Returns how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(_SET_FACTS.format(told=told), [partner_ids, *parameters])
        return cursor.rowcount


@transaction.atomic(savepoint=False)
def amend_profile_facts(partner_ids: list[int], names: Collection[str], told: str, parameters: Sequence) -> None:
    """The same for what goes by some names alone: what is kept by the others stays."""
    names = list(names)
    with connection.cursor() as cursor:
        cursor.execute(_AMEND_FACTS.format(told=told), [partner_ids, *parameters, names, names, names])
