"""Courses that wait for a person because somebody asked, on the first page of the portal."""

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from enablement.queries.courses import asked_courses
from partners.models import Contact
from partners.waiting import Need, Waiting, in_columns, register_waiting

KIND = "course"


def register() -> None:
    register_waiting(KIND, _rows, _need)


def _rows(contact: Contact, reader) -> QuerySet:
    """What they chose themselves waits for nobody. `detail` says that it renews a certificate."""
    asked = asked_courses(contact).annotate(renews=Coalesce(Cast("renews_until", TextField()), Value("", TextField())))
    columns = {"title": "course__title", "detail": "renews", "address": "course__public_id", "due": "due_on"}
    return in_columns(KIND, asked.order_by(), begun=Q(began_at__isnull=False), **columns)


def _need(row: Waiting, contact: Contact) -> Need:
    renews = _("Your certificate runs out; passing the course again renews it.")
    return Need(
        icon="academic-cap",
        tone="bad" if row.is_late else "accent",
        title=(_("Go on with “%(title)s”") if row.is_begun else _("Take the course “%(title)s”")) % {"title": row.title},
        detail=renews if row.detail else _("You are asked yourself, not for %(partner)s") % {"partner": contact.partner},
        url=reverse("enablement:course", args=[row.public_id]),
        due=row.due,
    )
