"""What a rate among so many people tells, and what it does not. Functions of values.

The interval is Wilson's (E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the
American Statistical Association 22, 1927, 209–212). Two rates are told apart by the two-sided test of two proportions with the
pooled rate (J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions, 3rd edition, 2003, chapter 3), and
only where at least five people are expected in each of the four cells (W. G. Cochran, Some methods for strengthening the common χ²
tests, Biometrics 10, 1954, 417–451)."""

from dataclasses import dataclass
from itertools import combinations
from math import erfc, sqrt

Z_95 = 1.959963984540054  # of 100 such intervals, 95 hold the true rate
EXPECTED_AT_LEAST = 5
MEANS_OF_AT_LEAST = 30


@dataclass(frozen=True)
class Rate:
    """So many of so many people."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        return self.count / self.of if self.of else None

    @property
    def percent(self) -> float | None:
        return 100 * self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true rate lies, 95 times in a hundred."""
        if not self.of:
            return None
        share, spread = self.count / self.of, Z_95**2 / self.of
        middle = (share + spread / 2) / (1 + spread)
        half = Z_95 * sqrt(share * (1 - share) / self.of + spread / (4 * self.of)) / (1 + spread)
        return max(middle - half, 0.0), min(middle + half, 1.0)


def chance_of(one: Rate, other: Rate) -> float | None:
    """How often chance alone would part two equal rates at least so far. None where there are too few people to tell."""
    people = one.of + other.of
    pooled = (one.count + other.count) / people if people else 0.0
    smaller = min(one.of, other.of)
    if smaller * min(pooled, 1 - pooled) < EXPECTED_AT_LEAST:
        return None
    error = sqrt(pooled * (1 - pooled) * (1 / one.of + 1 / other.of))
    return erfc(abs(one.count / one.of - other.count / other.of) / error / sqrt(2))


def difference_between(one: Rate, other: Rate) -> tuple[float, float] | None:
    """Where the true difference of two rates lies, 95 times in a hundred: from the intervals of both (R. G. Newcombe, Interval
    estimation for the difference between independent proportions, Statistics in Medicine 17, 1998, 873–890, method 10)."""
    if one.interval is None or other.interval is None:
        return None
    a, b = one.count / one.of, other.count / other.of
    (low_a, high_a), (low_b, high_b) = one.interval, other.interval
    below, above = sqrt((a - low_a) ** 2 + (high_b - b) ** 2), sqrt((high_a - a) ** 2 + (b - low_b) ** 2)
    return a - b - below, a - b + above


@dataclass(frozen=True)
class Mean:
    """Of amounts, one for each of so many: their sum and the sum of their squares. Who has none counts as zero."""

    total: float
    squares: float
    of: int

    @property
    def value(self) -> float | None:
        return self.total / self.of if self.of else None

    @property
    def variance(self) -> float:
        return max(self.squares - self.total**2 / self.of, 0.0) / (self.of - 1)


def difference_of_means(one: Mean, other: Mean) -> tuple[float, float] | None:
    """Where the true difference of two means lies, 95 times in a hundred (B. L. Welch, Biometrika 34, 1947, 28–35, with the normal
    quantile). None where one has fewer than thirty, for which that holds too badly."""
    if min(one.of, other.of) < MEANS_OF_AT_LEAST:
        return None
    half = Z_95 * sqrt(one.variance / one.of + other.variance / other.of)
    difference = one.total / one.of - other.total / other.of
    return difference - half, difference + half


def surest_difference(rates: list[Rate]) -> tuple[int, int, float] | None:
    """Of several rates the two that chance explains least, the higher one first, and how often chance would part some two of them
    so far: once for each pair that was looked at (Bonferroni). None where there are too few people to tell."""
    pairs = list(combinations(range(len(rates)), 2))
    told = [(chance, a, b) for a, b in pairs if (chance := chance_of(rates[a], rates[b])) is not None]
    if not told:
        return None
    chance, a, b = min(told)
    higher, lower = (a, b) if (rates[a].value or 0) >= (rates[b].value or 0) else (b, a)
    return higher, lower, min(chance * len(pairs), 1.0)
