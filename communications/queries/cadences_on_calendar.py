"""The days on which a newsletter was promised, on the programme's calendar, until it is drafted and stands there itself."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Scope
from communications.calendar_sources import CalendarEntry, CalendarSource, register_calendar_source
from communications.contact_kinds import NEWSLETTER
from communications.models import Cadence, Newsletter
from communications.queries.cadences import today_of


def register() -> None:
    register_calendar_source(
        CalendarSource("cadences", gettext_lazy("Promised newsletters"), _for_manager, scope=Scope.STRATEGY_READ)
    )


def _for_manager(user, first: date, last: date) -> Iterator[CalendarEntry]:
    """Two queries, one where no newsletter is promised."""
    rows = Cadence.objects.visible_to(user).active().filter(kind=NEWSLETTER)
    cadences = list(rows.select_related("programme").order_by("pk"))
    if not cadences:
        return
    drafted = set(Newsletter.objects.filter(due_on__range=(first, last)).values_list("cadence", "due_on"))
    for cadence in cadences:
        day = cadence.first_day_of(max(cadence.period_of(max(first, today_of(cadence)) - timedelta(days=1)) + 1, 0))
        while day <= last:
            if (cadence.pk, day) not in drafted:
                yield _entry(cadence, day)
            day += timedelta(days=cadence.days)


def _entry(cadence: Cadence, day: date) -> CalendarEntry:
    return CalendarEntry(
        uid=f"cadence-{cadence.public_id}-{day}", title=_("%(name)s is due") % {"name": cadence}, day=day,
        url=reverse("admin:communications_cadence_page", args=[cadence.public_id]), programme_id=cadence.programme_id,
    )  # fmt: skip
