"""Objectives: what was sent for one, what it did, and what has been neglected."""

from dataclasses import dataclass
from datetime import date

from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from communications.actions.objectives import change_objective, create_objective
from communications.admin.effects import told_in_words
from communications.admin.of_programme import OfAProgramme
from communications.admin.pages import needs, page, page_number, row_link
from communications.forms.objectives import NeglectForm, ObjectiveForm
from communications.models import Objective
from communications.outcomes import outcome_named
from communications.queries.neglect import WEEKS, neglect_of
from communications.queries.objectives import Effect, effect_of, items_of, outcome_rows, with_uses
from communications.queries.portfolio import portfolio_of
from partners.models import Programme

GROUPS = {
    "reached": gettext_lazy("Reached by it"),
    "others": gettext_lazy("Not reached"),
    "all": gettext_lazy("All of them"),
}
CHART_HEIGHT, BAR, GAP = 120, 20, 6


@admin.register(Objective)
class ObjectiveAdmin(OfAProgramme):
    form = ObjectiveForm
    empty_says = gettext_lazy("An objective says what communication is for: how many of what, by when, and among whom.")
    list_display = ["objective", "programme", "wanted", "owner", "starts_on", "ends_on", "served"]
    list_display_links = None
    list_select_related = ["programme", "owner"]
    list_filter = ["programme"]
    search_fields = ["name"]
    ordering = ["-ends_on", "name", "pk"]

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("neglect/", view(neglect), name="communications_objective_neglect"),
            path("<uuid:public_id>/", view(objective_page), name="communications_objective_page"),
            path("<uuid:public_id>/rows/", view(rows), name="communications_objective_rows"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        return with_uses(super().get_queryset(request).visible_to(request.user))

    def create(self, request, values: dict) -> Objective:
        return create_objective(by=request.user, **_clean(values))

    def change(self, request, row: Objective, values: dict) -> None:
        change_objective(row, by=request.user, **_clean(values))

    @admin.display(description=gettext_lazy("objective"), ordering="name")
    def objective(self, row: Objective) -> str:
        return row_link(reverse("admin:communications_objective_page", args=[row.public_id]), row)

    @admin.display(description=gettext_lazy("wanted"))
    def wanted(self, row: Objective) -> str:
        return wanted_in_words(row)

    @admin.display(description=gettext_lazy("announcements"), ordering="items")
    def served(self, row: Objective) -> str:
        return _("%(gone)d of %(all)d sent") % {"gone": row.gone, "all": row.items}


def _clean(values: dict) -> dict:
    return {name: list(value) if name == "segments" else value for name, value in values.items()}


def wanted_in_words(objective: Objective) -> str:
    kind = outcome_named(objective.outcome)
    label = str(kind.label) if kind else objective.outcome
    words = {"n": number_format(objective.target, force_grouping=True), "what": label}
    return _("%(n)s × %(what)s") % words


@dataclass(frozen=True)
class Bar:
    """A week of the chart, in pixels: those reached below, the others above them."""

    x: int
    monday: date
    reached: int
    others: int
    most: int

    @property
    def reached_height(self) -> float:
        return round(CHART_HEIGHT * self.reached / self.most, 1)

    @property
    def others_height(self) -> float:
        return round(CHART_HEIGHT * self.others / self.most, 1)

    @property
    def reached_y(self) -> float:
        return CHART_HEIGHT - self.reached_height

    @property
    def others_y(self) -> float:
        return round(self.reached_y - self.others_height, 1)


@require_safe
@needs("view_objective")
def objective_page(request, public_id) -> HttpResponse:
    objective = _objective_or_404(request, public_id)
    portfolio = portfolio_of(request.user)
    effect = effect_of(objective, portfolio)
    parameter = dict(effect.kind.choices()).get(objective.parameter, "") if effect else ""
    return page(
        request, "objective/page.html", str(objective), objective=objective, items=items_of(objective, portfolio), effect=effect,
        parameter=parameter, sentence=_sentence(objective, effect, parameter), bars=_bars(effect),
        chart_height=CHART_HEIGHT, bar=BAR,
        chart_width=len(effect.weeks) * (BAR + GAP) if effect else 0,
        groups=[(GROUPS[group.key], group) for group in effect.groups] if effect else [],
        comparisons=[(one, told_in_words(one.share, one.chance)) for one in effect.comparisons] if effect else [],
        segments=list(objective.segments.all()), may_change=request.user.has_perm("communications.change_objective"),
    )  # fmt: skip


def _sentence(objective: Objective, effect: Effect | None, parameter: str) -> str:
    """41 of 60 certificates taken, with 3 weeks to go."""
    if effect is None:
        return _("What it counts is not known here any more.")
    words = {
        "n": number_format(effect.counted, force_grouping=True), "target": number_format(objective.target, force_grouping=True),
        "what": f"{effect.kind.label}: {parameter}" if parameter else str(effect.kind.label),
    }  # fmt: skip
    told = _("%(n)s of %(target)s. %(what)s") % words
    if objective.has_ended:
        return _("%(told)s, ended on %(day)s.") % {"told": told, "day": date_format(objective.ends_on, "j F Y")}
    if not objective.is_running:
        return _("%(told)s, from %(day)s on.") % {"told": told, "day": date_format(objective.starts_on, "j F Y")}
    left = max((objective.ends_on - effect.until).days, 0)
    return told + ", " + ngettext("%(n)d day to go.", "%(n)d days to go.", left) % {"n": left}


def _bars(effect: Effect | None) -> list[Bar]:
    weeks = effect.weeks if effect else ()
    most = max((week.total for week in weeks), default=0) or 1
    return [Bar(at * (BAR + GAP), week.monday, week.reached, week.others, most) for at, week in enumerate(weeks)]


@require_safe
@needs("view_objective")
def rows(request, public_id) -> HttpResponse:
    """The rows behind a figure."""
    objective = _objective_or_404(request, public_id)
    group = request.GET.get("group", "all")
    when = "before" if request.GET.get("when") == "before" else "during"
    week, number = _monday(request.GET.get("week", "")), page_number(request)
    group = group if group in GROUPS else "all"
    found, has_more = outcome_rows(objective, portfolio_of(request.user), group=group, when=when, week=week, page=number)
    kind = outcome_named(objective.outcome)
    return page(
        request, "objective/rows.html", str(objective), objective=objective, found=found, has_more=has_more, number=number,
        group=group, group_words=GROUPS[group], when=when, week=week, kind=kind,
    )  # fmt: skip


def _monday(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@require_safe
@needs("view_objective")
def neglect(request) -> HttpResponse:
    """What has had nothing for as long as was promised, or for so many weeks."""
    form = NeglectForm(request.GET)
    weeks = form.cleaned_data.get("weeks") if form.is_valid() else None
    programmes = list(Programme.objects.visible_to(request.user))
    asked = request.GET.get("programme", "")
    programme = next((each for each in programmes if each.key == asked), None) or next(
        (each for each in programmes if each.is_default), programmes[0] if programmes else None
    )
    portfolio = portfolio_of(request.user)
    found = neglect_of(programme, weeks, user=request.user, portfolio=portfolio) if programme else None
    return page(
        request, "objective/neglect.html", _("Neglected"), neglect=found, weeks=weeks, default=WEEKS, programme=programme,
        programmes=programmes, problem=next(iter(form.errors.get("weeks", [])), ""), is_whole=portfolio.is_whole,
    )  # fmt: skip


def _objective_or_404(request, public_id) -> Objective:
    rows = Objective.objects.visible_to(request.user).select_related("programme", "owner").prefetch_related("segments")
    return get_object_or_404(rows, public_id=public_id)
