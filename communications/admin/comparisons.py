"""Two or more announcements side by side: rates with their intervals, drawn and as a table, and what chance explains."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from communications.admin.pages import needs, page, says_refusal
from communications.models import Announcement
from communications.queries.announcement_comparison import (
    AT_MOST,
    Comparison,
    FigureCompared,
    chosen_announcements,
    comparable,
    comparison_of,
)
from communications.queries.portfolio import portfolio_of
from communications.rates import Rate

OFFERED = 20
ROW_HEIGHT = 58
HEADS = {
    "received": gettext_lazy("Received, of the audience"),
    "read": gettext_lazy("Read, of those who received it"),
    "clicked": gettext_lazy("Followed a link, of those who received it"),
    "acknowledged": gettext_lazy("Acknowledged, of those who received it"),
    "asked": gettext_lazy("Asked, of those who received it"),
}


@dataclass(frozen=True)
class Bar:
    """One rate, in percent of the whole width; `y` in pixels."""

    announcement: Announcement
    rate: Rate
    y: int

    @property
    def percent(self) -> float | None:
        return None if self.rate.value is None else round(100 * self.rate.value, 2)

    @property
    def low(self) -> float:
        return round(100 * self.rate.interval[0], 2) if self.rate.interval else 0

    @property
    def high(self) -> float:
        return round(100 * self.rate.interval[1], 2) if self.rate.interval else 0

    @property
    def bar_y(self) -> int:
        return self.y + 24

    @property
    def middle_y(self) -> int:
        return self.y + 34


@dataclass(frozen=True)
class Chart:
    name: str
    head: str
    bars: tuple[Bar, ...]
    sentence: str

    @property
    def height(self) -> int:
        return len(self.bars) * ROW_HEIGHT


@require_safe
@needs("view_announcement")
@says_refusal
def compare(request) -> HttpResponse:
    """`?id=` once for each; with fewer than two, the choice."""
    ids = [found for text in request.GET.getlist("id")[:50] if (found := _uuid(text))]
    chosen = chosen_announcements(request.user, ids)
    portfolio = portfolio_of(request.user)
    comparison = comparison_of(chosen, portfolio) if len(chosen) > 1 else None
    search = request.GET.get("q", "")[:100].replace("\x00", "").strip()
    return page(
        request, "report/compare.html", _("Announcements side by side"), chosen=chosen, comparison=comparison,
        charts=[_chart(figure, comparison) for figure in comparison.figures] if comparison else [],
        offered=_offered(request.user, chosen, search), search=search, at_most=AT_MOST, left_out=len(set(ids)) - len(chosen),
        sees_all=portfolio.is_whole,
    )  # fmt: skip


def _offered(user, chosen: list[Announcement], search: str) -> list[Announcement]:
    """Those of the same kind first, so that like is compared with like; drills only beside drills."""
    drills = Announcement.objects.filter(crisis_message__crisis__is_drill=True).values("pk")
    rows = comparable(user).exclude(pk__in=[row.pk for row in chosen])
    is_of_drills = bool(chosen) and drills.filter(pk__in=[row.pk for row in chosen]).exists()
    rows = rows.filter(pk__in=drills) if is_of_drills else rows.exclude(pk__in=drills)
    found = rows.filter(title__icontains=search) if search else rows
    kinds = {row.kind for row in chosen}
    return sorted(found[: OFFERED * 5], key=lambda row: row.kind not in kinds)[:OFFERED]


def _chart(figure: FigureCompared, comparison: Comparison) -> Chart:
    pairs = [(row, rate) for row, rate in zip(comparison.announcements, figure.rates, strict=True) if rate]
    bars = tuple(Bar(row, rate, at * ROW_HEIGHT) for at, (row, rate) in enumerate(pairs))
    return Chart(figure.name, str(HEADS[figure.name]), bars, sentence_of(figure, comparison))


def sentence_of(figure: FigureCompared, comparison: Comparison) -> str:
    """What may be concluded, and what not."""
    if sum(rate is not None for rate in figure.rates) < 2:
        return _("Only one of them asks for it.")
    difference = figure.difference
    if len({rate.value for rate in figure.rates if rate}) == 1:
        return _("There is no difference.")
    if difference is None:
        return _("Too few people to tell a difference from chance.")
    words = {"chance": _chance_words(difference.chance), "higher": comparison.announcements[difference.higher],
             "lower": comparison.announcements[difference.lower]}  # fmt: skip
    if difference.is_explained_by_chance:
        return _("The differences are within what chance explains: equal ones would come out so far apart %(chance)s.") % words
    return (
        _("Chance hardly explains it: “%(higher)s” is above “%(lower)s”, and equal ones would come out so far apart %(chance)s.")
        % words
    )


def _chance_words(chance: float) -> str:
    if chance < 0.001:
        return _("less than once in a thousand times")
    return _("%(n)s times in a hundred") % {"n": f"{100 * chance:.0f}" if chance >= 0.1 else f"{100 * chance:.1f}"}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
