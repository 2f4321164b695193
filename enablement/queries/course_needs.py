"""Courses that wait for a person because somebody asked, on the first page of the portal."""

from django.db.models import Case, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from enablement.queries.courses import asked_courses, is_used_up
from partners.models import Contact
from partners.waiting import Need, Waiting, in_columns, register_waiting

KIND = "course"
_USED_UP = "used up"


def register() -> None:
    register_waiting(KIND, _rows, _need)


def _rows(contact: Contact, reader) -> QuerySet:
    """What they chose themselves waits for nobody. `detail` says that it renews a certificate, or that no attempt is left."""
    renews = Coalesce(Cast("renews_until", TextField()), Value("", TextField()))
    stands = Case(When(is_used_up(), then=Value(_USED_UP, TextField())), default=renews)
    asked = asked_courses(contact).annotate(stands=stands)
    columns = {"title": "course__title", "detail": "stands", "address": "course__public_id", "due": "due_on"}
    return in_columns(KIND, asked.order_by(), begun=Q(began_at__isnull=False), **columns)


def _need(row: Waiting, contact: Contact) -> Need:
    return Need(
        icon="academic-cap",
        tone="bad" if row.is_late else "accent",
        title=(_("Go on with “%(title)s”") if row.is_begun else _("Take the course “%(title)s”")) % {"title": row.title},
        detail=_detail(row, contact),
        url=reverse("enablement:course", args=[row.public_id]),
        due=row.due,
    )


def _detail(row: Waiting, contact: Contact) -> str:
    if row.detail == _USED_UP:
        return _("No attempt is left at one of its lessons. Ask your partner manager for another one.")
    if row.detail:
        return _("Your certificate runs out; passing the course again renews it.")
    return _("You are asked yourself, not for %(partner)s") % {"partner": contact.partner}
