"""What a hand-over moves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from partners.models import Enrolment, Partner, Programme
from partners.portfolio import Portfolio, parts

NAMED = 12


@dataclass(frozen=True)
class HandoverPreview:
    """`others` are (label, count) of what goes along: tasks, reviews, questions, announcements."""

    enrolments: int
    partners: int
    names: tuple[str, ...]
    others: tuple[tuple[str, int], ...]

    @property
    def is_empty(self) -> bool:
        return not self.enrolments


def enrolments_to_move(manager, programme: Programme | None = None, partners: list[Partner] | None = None) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.current().filter(manager=manager, partner__merged_into=None)
    rows = rows.filter(programme=programme) if programme else rows
    return rows.filter(partner__in=partners) if partners else rows


def portfolio_of(manager, partner_ids: Iterable[int], programme: Programme | None, partners: list[Partner] | None) -> Portfolio:
    return Portfolio(manager, tuple(partner_ids), programme, is_of_some=bool(partners))


def preview_handover(manager, programme: Programme | None = None, partners: list[Partner] | None = None) -> HandoverPreview:
    rows = enrolments_to_move(manager, programme, partners)
    ids = list(rows.order_by("partner__name").values_list("partner_id", "partner__name"))
    partner_ids = dict(ids)
    portfolio = portfolio_of(manager, partner_ids, programme, partners)
    others = tuple((str(part.label), part.find(portfolio).count()) for part in parts())
    return HandoverPreview(len(ids), len(partner_ids), tuple(partner_ids.values())[:NAMED], others)


def covers_of(user, day: date) -> list:
    """Whose leave this manager covers on that day."""
    return [cover.manager for cover in user.covers.holding(day).select_related("manager")]
