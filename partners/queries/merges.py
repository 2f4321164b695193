"""For the pages of merges: what two partners say differently, what moves, and which merges stand."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from partners.models import Enrolment, Merge, Partner
from partners.models.merges import COLUMNS


@dataclass(frozen=True)
class Choice:
    """One line of the comparison: what each of the two says, and which is taken where nobody chooses."""

    name: str
    label: str
    kept: str
    merged: str
    is_open: bool
    default: str


def choices_between(kept: Partner, merged: Partner, hidden: frozenset[str]) -> list[Choice]:
    return [*_columns(kept, merged, hidden), *_places(kept, merged)]


def _columns(kept: Partner, merged: Partner, hidden: frozenset[str]) -> list[Choice]:
    lines = []
    for name in COLUMNS:
        own, other = getattr(kept, name) or "", getattr(merged, name) or ""
        if name not in hidden and (own or other):
            label = str(Partner._meta.get_field(name).verbose_name)
            is_open = own != other and bool(other)
            lines.append(Choice(name, label, own, other, is_open, "kept" if own else "merged"))
    return lines


def _places(kept: Partner, merged: Partner) -> list[Choice]:
    """Programmes in which both are now."""
    rows = Enrolment.objects.current().filter(partner__in=[kept, merged]).select_related("programme", "kind", "tier")
    by_programme: dict = {}
    for row in rows:
        by_programme.setdefault(row.programme, {})[row.partner_id] = row
    return [
        Choice(f"programme:{programme.key}", str(programme), _said(places[kept.pk]), _said(places[merged.pk]), True, "kept")
        for programme, places in by_programme.items()
        if len(places) == 2
    ]


def _said(place: Enrolment) -> str:
    return " · ".join(filter(None, (str(place.tier or ""), str(place.kind or ""), place.get_status_display())))


def merges_of(partner: Partner) -> QuerySet[Merge]:
    return Merge.objects.filter(Q(kept=partner) | Q(merged=partner)).select_related("kept", "merged", "by", "undone_by")
