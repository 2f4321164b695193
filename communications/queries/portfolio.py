"""Whose people a report counts: everyone's or, for a manager without that right, those of their own partners.

The figures and the rows behind them are narrowed by the same ids, so that a number and its list agree."""

from dataclasses import dataclass

from django.db.models import QuerySet

from communications.models import Announcement, Delivery
from partners.models import Partner


@dataclass(frozen=True)
class Portfolio:
    """`partner_ids` is None for everyone's."""

    partner_ids: tuple[int, ...] | None = None

    @property
    def is_whole(self) -> bool:
        return self.partner_ids is None

    def deliveries_of(self, announcement: Announcement) -> QuerySet[Delivery]:
        rows = Delivery.objects.filter(announcement_id=announcement.pk)
        return rows if self.is_whole else rows.filter(partner_id__in=self.partner_ids)

    def narrowed(self, rows: QuerySet, announcement: Announcement) -> QuerySet:
        """Of rows with a contact, those of the people counted."""
        return rows if self.is_whole else rows.filter(contact_id__in=self.deliveries_of(announcement).values("contact_id"))


EVERYONE = Portfolio()


def portfolio_of(user) -> Portfolio:
    if user.has_perm("partners.view_all_partners"):
        return EVERYONE
    return Portfolio(tuple(Partner.objects.visible_to(user).values_list("pk", flat=True)))
