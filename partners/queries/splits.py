"""For the pages of splits: what may go to the new partner, item by item, and whose is what then."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.db.models import Q, QuerySet, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activity.models import Task
from partners.merging import Item, Movable, movables, register_movable, tables_of_partners
from partners.models import (
    Contact,
    Enrolment,
    FormerName,
    Partner,
    PartnerAgreement,
    PartnerCertification,
    PartnerKey,
    PartnerRegion,
    PartnerRelation,
    PartnerSpecialty,
    PerformanceRecord,
    Site,
    Split,
)
from partners.queries.tasks import tasks_visible_to
from partners.visibility import hidden_from

ALL = "all"
ITEMS_SHOWN = 200
PLACES = "enrolments"
Choice = list[tuple[Movable, list[Item]]]
Figures = dict[tuple[str, str], Decimal]


@dataclass(frozen=True)
class Offer:
    """One kind of rows on the page: the items that are shown, how many there are, and which are chosen already, to go or, of
    places in programmes, to be had by both."""

    kind: str
    title: str
    items: list[Item]
    count: int
    chosen: frozenset[str]
    both: frozenset[str]

    @property
    def not_shown(self) -> int:
        return self.count - len(self.items)


@dataclass(frozen=True)
class Line:
    """Whose the rows of one table are then; `named` are the items that go."""

    title: str
    stays: int
    goes: int
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class SumOf:
    metric: str
    unit: str
    before: Decimal
    stays: Decimal
    goes: Decimal


@dataclass(frozen=True)
class SplitPlan:
    """What a split would do. `lines` may go, what is in `fixed` never does; `places` are the programmes of the new partner."""

    made: str
    lines: tuple[Line, ...]
    fixed: tuple[Line, ...]
    sums: tuple[SumOf, ...]
    places: tuple[str, ...]


def offers_of(partner: Partner, user, goes: Collection[str] = (), both_in: Collection[int] = ()) -> list[Offer]:
    """What of this partner may go, as far as the reader sees it."""
    offers = []
    for movable in movables_for(user).values():
        items = movable.read(partner, user)
        chosen = frozenset(name.partition(":")[2] for name in goes if name.startswith(f"{movable.key}:"))
        if items:
            both = frozenset(map(str, both_in)) if movable.key == PLACES else frozenset()
            offers.append(Offer(movable.key, str(movable.title), items[:ITEMS_SHOWN], len(items), chosen, both))
    return offers


def movables_for(user) -> dict[str, Movable]:
    """What is hidden from the reader stays where it is."""
    hidden = hidden_from(user)
    return {key: movable for key, movable in movables().items() if movable.hidden_by not in hidden}


def splits_of(partner: Partner) -> QuerySet[Split]:
    return Split.objects.filter(Q(partner=partner) | Q(made=partner)).select_related("partner", "made", "by", "undone_by")


def figures_of(partner: Partner) -> Figures:
    """The sums of what is on record, by metric and unit; shares have none."""
    rows = partner.performance.exclude(unit="%").order_by().values_list("metric", "unit").annotate(Sum("value"))
    return {(metric, unit): value for metric, unit, value in rows}


def outlook(split: Split, chosen: Choice, counts: Mapping[type[models.Model], int], before: Figures, user) -> SplitPlan:
    """Read while the split is done and not yet rolled back."""
    partner, made = split.partner, split.made
    may_go = {movable.model: movable for movable in movables().values()}
    named = {movable.model: tuple(item.label for item in items) for movable, items in chosen}
    left = _rows_left(partner)
    lines = [
        Line(str(movable.title), left.get(model, 0), counts.get(model, 0), named.get(model, ()))
        for model, movable in may_go.items()
        if left.get(model) or counts.get(model)
    ]
    fixed = [
        Line(str(model._meta.verbose_name_plural), count, counts.get(model, 0))
        for model, count in left.items()
        if model not in may_go and (count or counts.get(model))
    ]
    places = made.enrolments.current().select_related("programme")
    sums = () if "performance" in hidden_from(user) else _sums(before, figures_of(partner), figures_of(made))
    return SplitPlan(made.name, tuple(lines), tuple(fixed), sums, tuple(place.programme.name for place in places))


def _rows_left(partner: Partner) -> dict[type[models.Model], int]:
    left: dict[type[models.Model], int] = {Task: Task.objects.of_partner(partner.pk).count()}
    for model, column in tables_of_partners():
        left[model] = left.get(model, 0) + model._base_manager.filter(**{column.name: partner}).count()
    return left


def _sums(before: Figures, stays: Figures, goes: Figures) -> tuple[SumOf, ...]:
    return tuple(
        SumOf(_metric(metric), unit, total, stays.get((metric, unit), Decimal()), goes.get((metric, unit), Decimal()))
        for (metric, unit), total in sorted(before.items())
    )


# --- What may go ----------------------------------------------------------------------------------------------------


def register() -> None:
    for movable in (
        Movable(PLACES, gettext_lazy("Places in programmes"), Enrolment, _places, order=10),
        Movable("people", gettext_lazy("People"), Contact, _people, order=20),
        Movable("sites", gettext_lazy("Sites"), Site, _sites, hidden_by="sites"),
        Movable("regions", gettext_lazy("Regions"), PartnerRegion, _regions, hidden_by="regions"),
        Movable("specialties", gettext_lazy("Specialties"), PartnerSpecialty, _specialties, hidden_by="specialties"),
        Movable(
            "certifications",
            gettext_lazy("Certificates of the organisation"),
            PartnerCertification,
            _certificates,
            hidden_by="certifications",
        ),
        Movable("agreements", gettext_lazy("Agreements"), PartnerAgreement, _agreements, hidden_by="agreements"),
        Movable("performance", gettext_lazy("Figures"), PerformanceRecord, _figures, hidden_by="performance"),
        Movable("relations", gettext_lazy("Relations"), PartnerRelation, _relations, ("partner_id", "other_id")),
        Movable("keys", gettext_lazy("Keys in other systems"), PartnerKey, _keys),
        Movable("names", gettext_lazy("Former names"), FormerName, _names),
        Movable("tasks", gettext_lazy("Tasks"), Task, _tasks),
    ):
        register_movable(movable)


def _places(partner: Partner, _user) -> list[Item]:
    rows = partner.enrolments.select_related("programme", "kind", "tier").order_by("-ends_on", "-is_primary", "pk")
    return [
        Item((row.pk,), str(row.programme), _told(row.tier, row.kind, row.get_status_display(), _ended(row)), row.is_current)
        for row in rows
    ]


def _people(partner: Partner, _user) -> list[Item]:
    return [
        Item((row.pk,), row.name, _told(row.email, row.job_title, row.left_on and _("left %s") % _day(row.left_on)))
        for row in partner.contacts.order_by("-left_on", "name", "pk")
    ]


def _sites(partner: Partner, _user) -> list[Item]:
    return [
        Item((row.pk,), row.name, _told(row.get_kind_display(), row.city, row.country, row.capacity)) for row in partner.sites.all()
    ]


def _regions(partner: Partner, _user) -> list[Item]:
    return [Item((row.pk,), str(row), _proof(row)) for row in partner.regions.select_related("region")]


def _specialties(partner: Partner, _user) -> list[Item]:
    return [Item((row.pk,), str(row), _proof(row)) for row in partner.specialties.select_related("specialty")]


def _certificates(partner: Partner, _user) -> list[Item]:
    """Those that a person holds go with the person."""
    rows = partner.certifications.filter(contact=None).select_related("certification")
    return [
        Item((row.pk,), str(row), _told(row.expires_on and _("valid until %s") % _day(row.expires_on), _proof(row))) for row in rows
    ]


def _agreements(partner: Partner, _user) -> list[Item]:
    def told(row: PartnerAgreement) -> str:
        return _told(row.programme, row.expires_on and _("valid until %s") % _day(row.expires_on), _proof(row))

    return [Item((row.pk,), str(row), told(row)) for row in partner.agreements.select_related("programme")]


def _figures(partner: Partner, _user) -> list[Item]:
    """A metric by product, region, industry, activity and programme is one item, over all its periods."""
    series: dict[tuple, list[PerformanceRecord]] = {}
    for row in partner.performance.select_related("product", "region", "programme").order_by("metric", "-period_end", "-pk"):
        about = _told(_metric(row.metric), row.product, row.region, row.industry, row.get_activity_display(), row.programme)
        series.setdefault((about, row.unit), []).append(row)
    return [Item(tuple(row.pk for row in rows), about, _periods(rows)) for (about, _unit), rows in series.items()]


def _metric(key: str) -> str:
    """What managers call it is kept above, in `context`."""
    return key.replace("_", " ").capitalize()


def _periods(rows: list[PerformanceRecord]) -> str:
    first, last = min(row.period_start for row in rows), max(row.period_end for row in rows)
    many = ngettext("%(count)d figure", "%(count)d figures", len(rows)) % {"count": len(rows)}
    return _told(many, f"{_day(first)} – {_day(last)}", rows[0].unit)


def _relations(partner: Partner, _user) -> list[Item]:
    rows = PartnerRelation.objects.filter(Q(partner=partner) | Q(other=partner)).select_related("partner", "other")
    return [Item((row.pk,), str(row), _ended(row)) for row in rows.order_by("pk")]


def _keys(partner: Partner, _user) -> list[Item]:
    return [Item((row.pk,), str(row)) for row in partner.keys.order_by("system", "value")]


def _names(partner: Partner, _user) -> list[Item]:
    return [Item((row.pk,), row.name, _told(row.reason)) for row in partner.former_names.all()]


def _tasks(partner: Partner, user) -> list[Item]:
    rows = tasks_visible_to(user).of_partner(partner.pk).select_related("owner")
    return [Item((row.pk,), row.title, _told(row.get_state_display(), row.owner, row.due_on and _day(row.due_on))) for row in rows]


def _proof(row) -> str:
    return _told(_("verified") if row.is_verified else _("claim"), row.source)


def _ended(row) -> str:
    return _("ended %s") % _day(row.ends_on) if row.ends_on else ""


def _told(*words) -> str:
    return " · ".join(str(word) for word in words if word)


def _day(day) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
