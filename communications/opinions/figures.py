"""What a handful of answers amounts to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

PROMOTERS, PASSIVES = (9, 10), (7, 8)


@dataclass(frozen=True)
class Nps:
    promoters: int
    passives: int
    detractors: int

    @property
    def people(self) -> int:
        return self.promoters + self.passives + self.detractors

    @property
    def score(self) -> int:
        """From −100 to 100, rounded to the nearest whole number, halves away from nothing."""
        if not self.people:
            return 0
        hundred, sign = abs(self.promoters - self.detractors) * 100, 1 if self.promoters >= self.detractors else -1
        return sign * ((2 * hundred + self.people) // (2 * self.people))


def nps_of(answers: Iterable[int]) -> Nps:
    counts = Counter("p" if each in PROMOTERS else "n" if each in PASSIVES else "d" for each in answers)
    return Nps(counts["p"], counts["n"], counts["d"])


def mean_of(answers: Iterable[int]) -> float:
    found = list(answers)
    return round(sum(found) / len(found), 1) if found else 0.0
