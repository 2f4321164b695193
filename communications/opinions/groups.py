"""Which groups of people may be shown apart, so that neither a group nor what is left of others when it is taken away is smaller
than the smallest group allowed."""

from collections.abc import Mapping
from dataclasses import dataclass

POOLED = "…"  # what small groups are called once they are put together


@dataclass(frozen=True)
class Shown:
    """Groups that are shown together, under one heading. `is_pool` where small ones were put together."""

    names: frozenset[str]
    people: int
    is_pool: bool = False


def shown_groups(counts: Mapping[str, int], smallest: int) -> list[Shown]:
    """The groups in which every person is once, largest first. Small ones are pooled; where the pool itself is too small, the
    smallest of the others joins it, since it could be told as the rest of the whole. Nothing where all are too few."""
    present = {name: people for name, people in counts.items() if people}
    if sum(present.values()) < smallest:
        return []
    large = sorted((name for name in present if present[name] >= smallest), key=lambda name: (-present[name], name))
    pool = [name for name in present if present[name] < smallest]
    while pool and sum(present[name] for name in pool) < smallest:
        pool.append(large.pop())
    shown = [Shown(frozenset([name]), present[name]) for name in large]
    if pool:
        shown.append(Shown(frozenset(pool), sum(present[name] for name in pool), is_pool=True))
    return shown
