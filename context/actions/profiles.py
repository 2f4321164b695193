"""The profile rows, all of them, written anew from the ledger."""

from collections.abc import Callable

from context.queries.profiles import partner_batches, profile_facts
from partners.actions.profiles import rewrite_profiles


def rebuild_profiles(progress: Callable[[int], None] = lambda _done: None) -> int:
    """Batch by batch, each its own transaction; safe to stop and to repeat. Returns how many rows differed before."""
    changed = done = 0
    for batch in partner_batches():
        changed += rewrite_profiles(batch, *profile_facts(batch))
        done += len(batch)
        progress(done)
    return changed
