"""Typed rows as part of the ledger: which are stale, how one says them, and how they stood on a day in the past."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from context.models import ROWS, DataPoint, Verdict
from partners.models import Partner, PartnerCertification, PerformanceRecord, Provenance, Site

PERFORMANCE_SHOWN = 60
_NAMED = {
    "regions": ("region",),
    "specialties": ("specialty",),
    "certifications": ("certification", "contact"),
    "sites": ("region",),
    "performance": ("product", "region"),
}
# What makes two rows speak of the same thing: of those, the one recorded last counts.
_SAME = {
    "regions": ("region_id",),
    "specialties": ("specialty_id",),
    "certifications": ("certification_id", "contact_id", "issued_on"),
    "sites": ("name", "kind"),
    "performance": ("metric", "period_start", "period_end", "product_id", "industry", "region_id"),
}


def days_fresh() -> dict[str, int]:
    """By kind of row, for the kinds that age."""
    points = DataPoint.objects.filter(key__in=ROWS, stale_after_days__isnull=False)
    return dict(points.values_list("key", "stale_after_days"))


def is_stale(row: Provenance, days: int | None, at: datetime | None = None) -> bool:
    return days is not None and row.observed_at < (at or timezone.now()) - timedelta(days=days)


def rows_of(kind: str, *, ledger: bool = False):
    """Rows of one kind with what their words need; also those that have gone where `ledger` is asked for."""
    model = ROWS[kind]
    manager = model.ledger if ledger else model.objects
    return manager.select_related("partner", "verified_by", "asserted_by", "evidence_file", *_NAMED[kind])


def row_detail(row: Provenance) -> str:
    """What a row says besides its name."""
    if isinstance(row, PartnerCertification):
        holder = _("held by %s") % row.contact if row.contact else ""
        until = _("valid until %s") % date_format(row.expires_on, "j M Y") if row.expires_on else ""
        return " · ".join(filter(None, (holder, until)))
    if isinstance(row, Site):
        return ", ".join(filter(None, (row.get_kind_display(), row.city, row.country, row.capacity)))
    if isinstance(row, PerformanceRecord):
        value = number_format(row.value.normalize(), use_l10n=True, force_grouping=True)
        return " ".join(filter(None, (value, row.unit, str(row.product or ""), str(row.region or ""), row.industry)))
    return ""


def rows_as_of(
    partner: Partner, kinds: Iterable[str], *, true_at: datetime | None = None, known_at: datetime | None = None
) -> list[Provenance]:
    """The rows of these kinds as they were, each with `row_kind`, `standing` and `is_stale`. See `context.queries.as_of`."""
    days, found = days_fresh(), []
    for kind in kinds:
        rows = _then(partner, kind, true_at, known_at)
        verdicts = _verdicts(kind, rows, known_at)
        for row in rows:
            row.row_kind, row.standing = kind, _standing(row, verdicts.get(row.pk, []), known_at)
            row.is_stale = is_stale(row, days.get(kind), true_at or known_at)
        found += [row for row in rows if row.standing != Verdict.Kind.WITHDRAWN]
    return found


def _then(partner: Partner, kind: str, true_at: datetime | None, known_at: datetime | None) -> list[Provenance]:
    rows = rows_of(kind, ledger=True).filter(partner=partner).order_by("-recorded_at", "-pk")
    if known_at:
        rows = rows.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=known_at), recorded_at__lte=known_at)
    else:
        rows = rows.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=true_at), observed_at__lte=true_at)
    rows = rows.order_by("-period_end", "-pk") if kind == "performance" else rows
    latest: dict[tuple, Provenance] = {}
    for row in rows[:PERFORMANCE_SHOWN] if kind == "performance" else rows:
        latest.setdefault(tuple(getattr(row, name) for name in _SAME[kind]), row)
    return list(latest.values())


def _verdicts(kind: str, rows: list[Provenance], known_at: datetime | None) -> dict[int, list[Verdict]]:
    """All verdicts on these rows, by row, the latest first."""
    found: dict[int, list[Verdict]] = {}
    for verdict in Verdict.objects.filter(fact=None, row_kind=kind, row_id__in=[row.pk for row in rows]) if rows else ():
        found.setdefault(verdict.row_id, []).append(verdict)
    return found


def _standing(row: Provenance, verdicts: list[Verdict], known_at: datetime | None) -> str:
    """`claim`, or the verdict that counted. What came verified, as from an import, has no verdict of its own."""
    counted = [verdict for verdict in verdicts if known_at is None or verdict.at <= known_at]
    if counted:
        return counted[0].kind
    if row.verified_at and not verdicts and (known_at is None or row.verified_at <= known_at):
        return Verdict.Kind.VERIFIED
    return "claim"
