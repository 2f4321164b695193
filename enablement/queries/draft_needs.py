"""What is new in drafts of a person's rooms, on the first page of the portal."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from enablement.queries.rooms import rooms_of, with_news
from enablement.writers import Writer
from partners.models import Contact
from partners.waiting import Need, Waiting, in_columns, register_waiting

KIND = "draft"
DRAFTS_SHOWN = 3


def register() -> None:
    register_waiting(KIND, _rows, _need)


def _rows(contact: Contact, reader) -> QuerySet | None:
    """A room is open to who is named alone, so not to a manager who views the portal as one of them."""
    if reader.is_staff:
        return None
    new = with_news(rooms_of(Writer(contact=contact)))[:DRAFTS_SHOWN]
    return in_columns(KIND, new, title="title", address="public_id", newest_first=True)


def _need(row: Waiting, contact: Contact) -> Need:
    return Need(
        icon="pencil-square",
        tone="info",
        title=_("New in the draft “%(title)s”") % {"title": row.title},
        detail=_("You write it together with us."),
        url=reverse("enablement:room", args=[row.public_id]),
    )
