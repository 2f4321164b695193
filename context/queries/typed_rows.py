"""Typed rows as part of the ledger: which are stale, how one says them, and how they stood on a day in the past."""

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from context.models import ROWS, DataPoint, Verdict
from context.periods import period_in_words
from context.queries.metrics import said
from partners.confidence import confidence_in
from partners.models import Partner, PartnerAgreement, PartnerCertification, PerformanceRecord, Provenance, Site

PERFORMANCE_SHOWN = 60
_NAMED = {
    "regions": ("region",),
    "specialties": ("specialty",),
    "certifications": ("certification", "contact"),
    "agreements": ("programme",),
    "sites": ("region",),
    "performance": ("product", "region"),
}
# What makes two rows speak of the same thing: of those, the one recorded last counts.
_SAME = {
    "regions": ("region_id",),
    "specialties": ("specialty_id",),
    "certifications": ("certification_id", "contact_id", "issued_on"),
    "agreements": ("kind", "programme_id", "title"),
    "sites": ("name", "kind"),
    "performance": ("metric", "period_start", "period_end", "programme_id", "product_id", "industry", "region_id", "activity"),
}
# Since when a row counts, by the question that is asked.
_COLUMN = {"true_at": "observed_at", "known_at": "recorded_at"}


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


def row_name(row: Provenance, metrics: dict[str, str]) -> str:
    """Which row it is; a figure is known by its metric, as managers call it, and its period."""
    if isinstance(row, PerformanceRecord):
        return f"{said(row.metric, metrics)}, {period_in_words(row.period_start, row.period_end)}"
    return str(row)


def row_detail(row: Provenance) -> str:
    """What a row says besides its name."""
    if isinstance(row, PartnerCertification):
        holder = _("held by %s") % row.contact if row.contact else ""
        until = _("valid until %s") % date_format(row.expires_on, "SHORT_DATE_FORMAT") if row.expires_on else ""
        return " · ".join(filter(None, (holder, until)))
    if isinstance(row, PartnerAgreement):
        until = _("valid until %s") % date_format(row.expires_on, "SHORT_DATE_FORMAT") if row.expires_on else ""
        return " · ".join(filter(None, (row.get_kind_display(), str(row.programme or ""), until)))
    if isinstance(row, Site):
        return ", ".join(filter(None, (row.get_kind_display(), row.city, row.country, row.capacity)))
    if isinstance(row, PerformanceRecord):
        value = number_format(row.value.normalize(), use_l10n=True, force_grouping=True)
        return " ".join(filter(None, (value, row.unit, str(row.product or ""), str(row.region or ""), row.industry)))
    return ""


def rows_as_of(
    partner: Partner, kinds: Iterable[str], *, true_at: datetime | None = None, known_at: datetime | None = None
) -> list[Provenance]:
    """The rows of these kinds as they were, each with `row_kind`, `standing`, `verdict`, `is_stale` and `confidence`. See
    `context.queries.as_of`. Of the figures, the newest periods."""
    question, moment = ("known_at", known_at) if known_at else ("true_at", true_at)
    return rows_at_each(partner, kinds, question, [moment], figures=PERFORMANCE_SHOWN)[0]


def rows_at_each(
    partner: Partner, kinds: Iterable[str], question: str, moments: Sequence[datetime], *, figures: int | None = None
) -> list[list[Provenance]]:
    """The same for several moments and one of the two questions, read once."""
    read = {
        kind: list(_held_at_any(partner, kind, question, moments)[: figures if kind == "performance" else None]) for kind in kinds
    }
    verdicts, days = _verdicts(read), days_fresh()
    return [
        [row for kind, rows in read.items() for row in _then(kind, rows, verdicts, days.get(kind), question, moment)]
        for moment in moments
    ]


def same_thing(row: Provenance) -> tuple:
    """Equal for two rows that speak of the same: of a region, a certificate, the figure of a period."""
    return (row.row_kind, *(getattr(row, name) for name in _SAME[row.row_kind]))


def same_things(kind: str, row: Provenance) -> QuerySet[Provenance]:
    """The other rows of the partner that hold and speak of the same as this one, which may be unsaved."""
    about = {name: getattr(row, name) for name in _SAME[kind]}
    return ROWS[kind].objects.filter(partner_id=row.partner_id, **about).exclude(pk=row.pk)


def _held_at_any(partner: Partner, kind: str, question: str, moments: Sequence[datetime]) -> QuerySet[Provenance]:
    came, held = _COLUMN[question], Q()
    for moment in moments:
        held |= (Q(withdrawn_at=None) | Q(withdrawn_at__gt=moment)) & Q(**{f"{came}__lte": moment})
    order = "-period_end" if kind == "performance" else "-recorded_at"
    return rows_of(kind, ledger=True).filter(held, partner=partner).order_by(order, "-pk")


def _verdicts(read: dict[str, list[Provenance]]) -> dict[tuple[str, int], list[Verdict]]:
    """All verdicts on these rows, by kind and row, the latest first; one query."""
    about = Q()
    for kind, rows in read.items():
        about |= Q(row_kind=kind, row_id__in=[row.pk for row in rows]) if rows else Q()
    found: dict[tuple[str, int], list[Verdict]] = {}
    for verdict in Verdict.objects.filter(about, fact=None).select_related("by") if about else ():
        found.setdefault((verdict.row_kind, verdict.row_id), []).append(verdict)
    return found


def _then(kind: str, rows: list[Provenance], verdicts: dict, days: int | None, question: str, moment: datetime) -> list[Provenance]:
    known_at = moment if question == "known_at" else None
    latest: dict[tuple, Provenance] = {}
    for row in rows:
        if getattr(row, _COLUMN[question]) <= moment and (row.withdrawn_at is None or row.withdrawn_at > moment):
            row.row_kind = kind
            latest.setdefault(same_thing(row), row)
    found = [
        _as_then(row, *_standing(row, verdicts.get((kind, row.pk), []), known_at), is_stale(row, days, moment))
        for row in latest.values()
    ]
    return [row for row in found if row.standing != Verdict.Kind.WITHDRAWN]


def _as_then(row: Provenance, standing: str, verdict: Verdict | None, is_stale: bool) -> Provenance:
    """The row with how it stood; another one where it stood otherwise at another moment."""
    sure = confidence_in(standing, is_stale=is_stale, method=row.method, has_proof=bool(row.evidence or row.evidence_file_id))
    then = {"standing": standing, "verdict": verdict, "is_stale": is_stale, "confidence": sure}
    if any(name in row.__dict__ and getattr(row, name) != value for name, value in then.items()):
        row = copy(row)
    row.__dict__.update(then)
    return row


def _standing(row: Provenance, verdicts: list[Verdict], known_at: datetime | None) -> tuple[str, Verdict | None]:
    """`claim`, or the verdict that counted. What came verified, as from an import, has no verdict of its own."""
    counted = [verdict for verdict in verdicts if known_at is None or verdict.at <= known_at]
    if counted:
        return counted[0].kind, counted[0]
    if row.verified_at and not verdicts and (known_at is None or row.verified_at <= known_at):
        return Verdict.Kind.VERIFIED, None
    return "claim", None
