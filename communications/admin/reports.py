"""The report: one sentence, the funnel, the sums, and a door from each number to its rows."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from communications.admin.deliveries import in_doubt
from communications.admin.pages import announcement_or_404, needs, page, page_number, part, says_refusal
from communications.models import AcknowledgedHow, Announcement, AnnouncementVersion, Channel, State, VariantTest
from communications.models.engagement import Maker
from communications.queries.announcement_breakdown import (
    FIGURES,
    GROUPS,
    PEOPLE_A_PAGE,
    Breakdown,
    Line,
    acknowledgement_by_partner,
    breakdown_of,
    clicks_by_link,
    group_labels,
    people_behind,
)
from communications.queries.announcement_report import AnnouncementReport, ByMaker, ChannelSums, report_of
from communications.queries.crisis_report import acknowledged_elsewhere
from communications.queries.portfolio import portfolio_of
from communications.queries.variants import variant_rates
from communications.rendering.merge_fields import with_labels
from partners.countries import country_name, language_name
from partners.queries.partners import function_names

FIGURE_WORDS = {
    "audience": gettext_lazy("Everyone it was for"),
    "received": gettext_lazy("People who received it"),
    "not_received": gettext_lazy("People who have not received it"),
    "seen": gettext_lazy("People who had it on the screen in the portal"),
    "opened": gettext_lazy("People who opened the mail"),
    "machine_opened": gettext_lazy("People whose mail only a machine seems to have opened"),
    "read": gettext_lazy("People who read it, in the portal or by mail"),
    "machine_read": gettext_lazy("People whose mail only a machine seems to have opened"),
    "clicked": gettext_lazy("People who followed a link"),
    "machine_clicked": gettext_lazy("People whose links only a machine seems to have followed"),
    "acknowledged": gettext_lazy("People who acknowledged it"),
    "asked": gettext_lazy("People who asked a question"),
}
GROUP_HEADS = {
    "audience": gettext_lazy("audience"),
    "received": gettext_lazy("received"),
    "read": gettext_lazy("read"),
    "clicked": gettext_lazy("followed a link"),
    "acknowledged": gettext_lazy("acknowledged"),
    "asked": gettext_lazy("asked"),
}
STATES = ("delivered", "pending", "failed", "suppressed", "in_doubt", "cancelled")
BAR_HEIGHT, ROW_HEIGHT = 20, 58


@dataclass(frozen=True)
class Stage:
    """One bar of the funnel. Widths and places are in percent of the whole audience; `y` in pixels."""

    label: str
    figure: str
    people: int
    machine_figure: str
    machines: int
    of: int
    y: int

    @property
    def width(self) -> float:
        return round(100 * self.people / self.of, 2) if self.of else 0

    @property
    def machine_width(self) -> float:
        return round(100 * self.machines / self.of, 2) if self.of else 0

    @property
    def bar_y(self) -> int:
        return self.y + 24


@dataclass(frozen=True)
class VariantTrial:
    """`rows` are A, B and the rest: the key, its name, its title, its line of the report, its rate by what is measured."""

    test: VariantTest
    version: AnnouncementVersion
    rows: list[tuple]
    sentence: str


@dataclass(frozen=True)
class Funnel:
    stages: tuple[Stage, ...]

    @property
    def height(self) -> int:
        return len(self.stages) * ROW_HEIGHT


@require_safe
@needs("view_announcement")
@says_refusal
def report(request, public_id: UUID) -> HttpResponse:
    announcement = announcement_or_404(request, public_id)
    return page(request, "report/page.html", str(announcement), **_figures(request, announcement))


@require_safe
@needs("view_announcement")
@says_refusal
def live(request, public_id: UUID) -> HttpResponse:
    """The figures alone, asked again every few seconds while it is being sent."""
    return part(request, "report/live.html", **_figures(request, announcement_or_404(request, public_id)))


@require_safe
@needs("view_announcement")
def people(request, public_id: UUID, figure: str) -> HttpResponse:
    """The people that a number counts."""
    announcement = announcement_or_404(request, public_id)
    if figure not in FIGURES:
        raise Http404
    where = {name: request.GET[name].replace("\x00", "") for name in GROUPS if name in request.GET}
    number, link = page_number(request), request.GET.get("link", "")
    if link.isascii() and link.isdigit() and len(link) < 5:
        where["link"] = link
    portfolio = portfolio_of(request.user)
    found = people_behind(announcement, figure, portfolio, where=where, page=number)
    return page(
        request, "report/people.html", FIGURE_WORDS[figure], announcement=announcement, people=found[:PEOPLE_A_PAGE],
        has_more=len(found) > PEOPLE_A_PAGE, number=number, where=_words(announcement, where), figure=figure,
        sees_all=portfolio.is_whole,
    )  # fmt: skip


def _words(announcement: Announcement, where: dict[str, str]) -> list[str]:
    links = [link.url for link in clicks_by_link(announcement)] if "link" in where else []
    said = {**_group_words(announcement), "link": lambda number: links[int(number)] if int(number) < len(links) else number}
    return [said.get(name, str)(value) for name, value in where.items()]


def _figures(request, announcement: Announcement) -> dict:
    portfolio = portfolio_of(request.user)
    words = _group_words(announcement)
    told, broken_down = report_of(announcement, portfolio), breakdown_of(announcement, portfolio)
    return {
        "announcement": announcement,
        "report": told,
        "breakdown": broken_down,
        "sentence": sentence_of(announcement, broken_down, acknowledged_elsewhere(announcement, portfolio)),
        "counted": counted_in_words(told),
        "funnel": funnel_of(announcement, broken_down.total),
        "channels": [(Channel(name), sums, _cells(sums)) for name, sums in told.channels.items()],
        "groups": [
            _group(announcement, name, label, broken_down.by[name], words) for name, label in group_labels() if broken_down.by[name]
        ],
        "links": clicks_by_link(announcement, portfolio),
        "makers": Maker.labels,
        "hits": [(_("opened"), _by_maker(told.opened_hits)), (_("followed a link"), _by_maker(told.clicked_hits))],
        "test": _test(announcement, broken_down),
        "partners": acknowledgement_by_partner(announcement, portfolio) if announcement.requires_acknowledgement else None,
        "in_doubt": in_doubt(announcement, request.user),
        "doubtful": sum(sums.in_doubt for channel, sums in told.channels.items() if channel != Channel.WEBHOOK),
        "may_settle": request.user.has_perm("communications.send_announcement"),
        "is_moving": announcement.state in (State.SCHEDULED, State.SENDING),
        "was_released": announcement.frozen_at is not None,
        "states": STATES,
    }


def _by_maker(hits: ByMaker) -> list[int]:
    return [getattr(hits, maker) for maker in Maker.values]


def _group(announcement: Announcement, name: str, label: str, lines: tuple[Line, ...], words: dict) -> tuple:
    """The table of one group: its name, its label, the heads of its columns, and for each line the numbers under them."""
    figures = [figure for figure in GROUP_HEADS if figure != "acknowledged" or announcement.requires_acknowledgement]
    rows = [
        (line.key, words.get(name, str)(line.key), [(one, GROUP_HEADS[one], getattr(line, one)) for one in figures])
        for line in lines
    ]
    return name, label, [GROUP_HEADS[figure] for figure in figures], rows


def _group_words(announcement: Announcement) -> dict[str, Callable[[str], str]]:
    """How the values of a group are said; those that are not here are words already."""
    functions = function_names()
    version = announcement.versions.filter(number=announcement.approved_version).first()
    return {
        "country": country_name,
        "language": lambda language: _language(language, version),
        "function": lambda keys: ", ".join(functions.get(key, key) for key in keys.split(", ")),
    }


def _language(language: str, version: AnnouncementVersion | None) -> str:
    """Whoever did not read it in their own language has the one beside it that they read."""
    read = version.in_language(language).language if version and version.translations else ""
    own = language_name(language)
    return _("%(own)s, read it in %(read)s") % {"own": own, "read": language_name(read)} if read not in ("", language) else own


def _test(announcement: Announcement, broken_down: Breakdown) -> VariantTrial | None:
    test = VariantTest.objects.filter(announcement=announcement).select_related("decided_by", "announcement").first()
    version = announcement.versions.filter(number=announcement.approved_version).first()
    if test is None or version is None:
        return None
    rates = variant_rates(announcement, version.test_by)
    lines = {line.key: line for line in broken_down.by["variant"]}
    got = _("the rest got %(variant)s") % {"variant": test.winner.upper()} if test.winner else _("the rest, waiting")
    names = [("a", _("A, in the test"), version), ("b", _("B, in the test"), version.as_variant("b")), ("", got, None)]
    rows = [
        (key, name, words and with_labels(words.title), lines.get(key, Line(key)), rates.get(key)) for key, name, words in names
    ]
    return VariantTrial(test, version, rows, sentence_of_test(test, version))


def sentence_of_test(test: VariantTest, version: AnnouncementVersion) -> str:
    """What came of it, with its figures."""
    outcome = VariantTest.Outcome
    a = _("%(n)d of %(all)d for A") % {"n": test.acted_a, "all": test.reached_a}
    b = _("%(n)d of %(all)d for B") % {"n": test.acted_b, "all": test.reached_b}
    words = {"winner": test.winner.upper(), "a": a, "b": b, "measure": version.get_test_by_display(), "by": test.decided_by,
             "reason": test.reason, "at": date_format(timezone.localtime(test.decide_at), "DATETIME_FORMAT")}  # fmt: skip
    said = {
        "": _("Two variants are being tried. On %(at)s the one with more %(measure)s goes to the rest."),
        outcome.TOLD_APART: _("%(winner)s did better beyond chance and went to the rest: %(measure)s, %(a)s and %(b)s."),
        outcome.UNDECIDED: _("No difference beyond chance, so the rest got the original, A: %(measure)s, %(a)s and %(b)s."),
        outcome.BY_HAND: _("%(by)s chose %(winner)s for the rest, saying “%(reason)s”, at %(a)s and %(b)s (%(measure)s)."),
        outcome.TOO_FEW: _("The audience had become too small to try two variants, so everybody got A."),
    }
    if not test.outcome and test.announcement.state == State.CANCELLED:
        return _("It was cancelled while two variants were being tried; the rest got neither.")
    return said[test.outcome] % words


def _cells(sums: ChannelSums) -> list[tuple[str, int]]:
    return [(state, getattr(sums, state)) for state in STATES]


def sentence_of(announcement: Announcement, told: Breakdown, elsewhere: dict[str, int]) -> str:
    """198 of 214 received it, 131 people read it, 12 asked. `elsewhere` are those who acknowledged other than in the portal."""
    if announcement.frozen_at is None:
        return _("Nothing has gone out yet.")
    total = told.total
    parts = [
        _("%(n)s of %(all)s received it") % {"n": _grouped(total.received), "all": _grouped(total.audience)},
        ngettext("%(n)s person read it", "%(n)s people read it", total.read) % {"n": _grouped(total.read)},
    ]
    if announcement.requires_acknowledgement:
        ways = [f"{_grouped(elsewhere[how])} {label}" for how, label in AcknowledgedHow.choices if how in elsewhere]
        by = f" ({', '.join(ways)})" if ways else ""
        parts.append(_("%(n)s acknowledged") % {"n": _grouped(total.acknowledged)} + by)
    parts.append(_("%(n)s asked") % {"n": _grouped(total.asked)} if total.asked else _("nobody asked"))
    return ", ".join(parts) + "."


def counted_in_words(told: AnnouncementReport) -> str:
    """Which partners the figures count; nothing where they count all."""
    if told.is_whole or not told.partners_in_all:
        return ""
    counted = {"n": _grouped(told.partners), "all": _grouped(told.partners_in_all)}
    sentence = ngettext(
        "Counted here: the people of your %(n)s partner, of %(all)s partners that it was for.",
        "Counted here: the people of your %(n)s partners, of %(all)s partners that it was for.",
        told.partners,
    )
    return sentence % counted if told.partners else _("None of your partners is among the %(all)s that it was for.") % counted


def funnel_of(announcement: Announcement, total: Line) -> Funnel:
    rows = [
        (_("Audience"), "audience", total.audience, "", 0),
        (_("Received"), "received", total.received, "", 0),
        (_("Read"), "read", total.read, "machine_read", total.machine_read),
        (_("Followed a link"), "clicked", total.clicked, "machine_clicked", total.machine_clicked),
    ]
    if announcement.requires_acknowledgement:
        rows.append((_("Acknowledged"), "acknowledged", total.acknowledged, "", 0))
    return Funnel(tuple(Stage(*row, of=total.audience, y=at * ROW_HEIGHT) for at, row in enumerate(rows)))


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)
