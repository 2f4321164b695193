"""Which tier is earned, and what follows from it: functions of values, no database.

Each tier stands on its own criteria; a partner earns the highest of which all hold. A tier without criteria is never earned,
but for the lowest one, which is everybody's. Up goes at once; down only after the days of grace."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Rung:
    """A tier with the ids of its criteria."""

    tier: int
    criteria: tuple[int, ...]


@dataclass(frozen=True)
class Ladder:
    """Rungs from the lowest to the highest."""

    rungs: tuple[Rung, ...]

    def height(self, tier: int | None) -> int:
        """0 for the lowest tier, -1 for none."""
        return next((at for at, rung in enumerate(self.rungs) if rung.tier == tier), -1)

    def earned(self, holding: Collection[int]) -> int | None:
        """The highest tier whose criteria are all among `holding`, the ids of those that hold."""
        for at, rung in reversed(list(enumerate(self.rungs))):
            if rung.criteria and set(rung.criteria) <= set(holding):
                return rung.tier
            if at == 0 and not rung.criteria:
                return rung.tier
        return None

    def next_above(self, tier: int | None) -> Rung | None:
        """The next tier that can be earned."""
        above = self.rungs[self.height(tier) + 1 :]
        return next((rung for rung in above if rung.criteria), None)


@dataclass(frozen=True)
class Decision:
    """The tier to hold from now on, and until when one that is no longer earned is kept."""

    tier: int | None
    grace_until: date | None = None
    fixed_until: date | None = None


def decide(
    ladder: Ladder,
    *,
    held: int | None,
    earned: int | None,
    today: date,
    grace_days: int,
    grace_until: date | None = None,
    fixed_until: date | None = None,
) -> Decision:
    """A tier that somebody set by hand stays until its day; both days are the last ones on which it holds."""
    if fixed_until and today <= fixed_until:
        return Decision(held, None, fixed_until)
    if ladder.height(earned) >= ladder.height(held):
        return Decision(earned)
    if not grace_days:
        return Decision(earned)
    if grace_until is None:
        return Decision(held, today + timedelta(days=grace_days))
    return Decision(held, grace_until) if today <= grace_until else Decision(earned)
