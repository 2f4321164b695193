"""Whether the profile rows are what the ledger says."""

from collections.abc import Callable, Iterator

from context.queries.facts import profile_facts
from partners.models import Partner
from partners.queries.profiles import differing_profiles

BATCH = 1_000


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
