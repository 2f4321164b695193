"""Announcements side by side: for each figure of their reports a rate, its interval, and whether chance explains the difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from communications.models import Announcement
from communications.queries.announcement_breakdown import Line, breakdown_of
from communications.queries.portfolio import EVERYONE, Portfolio
from communications.rates import Rate, surest_difference

AT_MOST = 6
CHANCE = 0.05
# Each figure and the one that it is a part of.
COMPARED = {
    "received": "audience",
    "read": "received",
    "clicked": "received",
    "acknowledged": "received",
    "asked": "received",
}


@dataclass(frozen=True)
class Difference:
    """The two rates furthest apart, as places in the comparison, and how often chance alone would part any two so far."""

    higher: int
    lower: int
    chance: float

    @property
    def is_explained_by_chance(self) -> bool:
        return self.chance >= CHANCE


@dataclass(frozen=True)
class FigureCompared:
    """One figure of each announcement, in their order; None for one that does not ask for it. `difference` is None where there are
    too few people to tell."""

    name: str
    of: str
    rates: tuple[Rate | None, ...]
    difference: Difference | None


@dataclass(frozen=True)
class Comparison:
    announcements: tuple[Announcement, ...]
    totals: tuple[Line, ...]
    figures: tuple[FigureCompared, ...]

    def as_dict(self) -> dict:
        return {
            "announcements": [
                {"id": str(row.public_id), "title": str(row), "send_at": row.send_at and row.send_at.isoformat(), **line.figures()}
                for row, line in zip(self.announcements, self.totals, strict=True)
            ],
            "figures": [_told(figure) for figure in self.figures],
        }


def comparison_of(announcements: Sequence[Announcement], portfolio: Portfolio = EVERYONE) -> Comparison:
    """One query for each announcement."""
    totals = tuple(breakdown_of(row, portfolio).total for row in announcements)
    figures = (_compared(name, of, announcements, totals) for name, of in COMPARED.items())
    return Comparison(tuple(announcements), totals, tuple(figure for figure in figures if any(figure.rates)))


def comparable(user) -> QuerySet[Announcement]:
    """Those that have gone out, the latest first."""
    return Announcement.objects.visible_to(user).exclude(frozen_at=None).order_by("-send_at", "-pk")


def chosen_announcements(user, ids: Sequence[UUID]) -> list[Announcement]:
    """In the order in which they were sent; what is not there, or not this person's to see, is left out."""
    return list(comparable(user).filter(public_id__in=ids).order_by("send_at", "pk")[:AT_MOST])


def _compared(name: str, of: str, announcements: Sequence[Announcement], totals: Sequence[Line]) -> FigureCompared:
    rates = tuple(
        Rate(getattr(line, name), getattr(line, of)) if name != "acknowledged" or row.requires_acknowledgement else None
        for row, line in zip(announcements, totals, strict=True)
    )
    places = [place for place, rate in enumerate(rates) if rate]
    found = surest_difference([rates[place] for place in places])
    return FigureCompared(name, of, rates, Difference(places[found[0]], places[found[1]], found[2]) if found else None)


def _told(figure: FigureCompared) -> dict:
    difference = figure.difference
    return {
        "figure": figure.name,
        "of": figure.of,
        "rates": [
            rate and {"count": rate.count, "of": rate.of, "rate": rate.value, "interval_95": rate.interval and list(rate.interval)}
            for rate in figure.rates
        ],
        "chance": difference.chance if difference else None,
        "is_explained_by_chance": difference.is_explained_by_chance if difference else None,
    }
