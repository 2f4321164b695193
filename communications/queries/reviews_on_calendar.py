"""Reviews with a day to hand in by, as the calendar shows them."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Scope
from communications.calendar_sources import CalendarEntry, CalendarSource, register_calendar_source
from context.models import Review, ReviewState
from partners.models import Contact

WAITING = (ReviewState.DRAFT, ReviewState.OPEN, ReviewState.TALK)


def reviews_for_manager(user, first: date, last: date) -> Iterator[CalendarEntry]:
    rows = Review.objects.visible_to(user).filter(due_on__range=(first, last), state__in=WAITING).select_related("partner")
    for row in rows.order_by("due_on", "pk"):
        address = reverse("admin:context_review_page", args=[row.public_id])
        yield CalendarEntry(
            uid=str(row.public_id), title=str(row), day=row.due_on, url=address, partner=str(row.partner),
            programme_id=row.programme_id,
        )  # fmt: skip


def reviews_for_contact(contact: Contact, first: date, last: date) -> Iterator[CalendarEntry]:
    """A partner's admins are asked; nobody else is."""
    if not contact.is_partner_admin:
        return
    rows = Review.objects.filter(partner=contact.partner_id, state=ReviewState.OPEN, due_on__range=(first, last))
    for row in rows.filter(partner_done_at=None).order_by("due_on", "pk"):
        title = _("Hand in: %(review)s") % {"review": row}
        yield CalendarEntry(
            uid=str(row.public_id), title=title, day=row.due_on, url=reverse("context:review", args=[row.public_id])
        )


def register() -> None:
    register_calendar_source(
        CalendarSource("review", gettext_lazy("Reviews"), reviews_for_manager, reviews_for_contact, Scope.FACTS_READ)
    )
