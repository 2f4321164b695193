"""The days on which people of a country are not at work: by hand, or many at once from a file of theirs."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid
from communications.models import Holiday
from communications.rendering.icalendar_reading import Component, UnreadableError, components
from partners.actions.checks import check_country, check_line

BYTES_AT_MOST, DAYS_AT_MOST, DAYS_IN_ONE = 1_000_000, 2_000, 31


@transaction.atomic
def save_holiday(holiday: Holiday, *, by: User, country: str, day: date, name: str) -> Holiday:
    """A new one, or one as it is now."""
    holiday.country = _country(country)
    holiday.day, holiday.name = day, check_line(name, "name", required=True, longest=120)
    others = Holiday.objects.filter(country=holiday.country, day=day).exclude(pk=holiday.pk)
    if other := others.first():
        words = {"country": holiday.country, "name": other.name}
        raise Invalid(_("That day is a holiday of %(country)s already: “%(name)s”.") % words, code="duplicate", field="day")
    holiday.save()
    record_activity("holiday.saved", f"Holiday {holiday.day}, {holiday}, was saved", by=by, subject=holiday)
    return holiday


@transaction.atomic
def delete_holiday(holiday: Holiday, *, by: User) -> None:
    record_activity("holiday.deleted", f"Holiday {holiday.day}, {holiday}, was taken off the list", by=by, subject=holiday)
    holiday.delete()


@transaction.atomic
def import_holidays(data: bytes, *, by: User, country: str) -> int:
    """The days of an iCalendar file. Those that are known get the name that the file gives; returns how many are new. All of the
    file or nothing."""
    country = _country(country)
    found = read_holidays(data)
    known = set(Holiday.objects.filter(country=country, day__in=found).values_list("day", flat=True))
    Holiday.objects.bulk_create(
        [Holiday(country=country, day=day, name=name) for day, name in sorted(found.items())],
        update_conflicts=True, unique_fields=["country", "day"], update_fields=["name"],
    )  # fmt: skip
    added = len(found) - len(known)
    sentence = ngettext("%(n)d holiday of %(country)s was imported", "%(n)d holidays of %(country)s were imported", added)
    record_activity("holiday.imported", sentence % {"n": added, "country": country}, by=by, data={"days": len(found)})
    return added


def read_holidays(data: bytes) -> dict[date, str]:
    """Day → name. What recurs by a rule is refused: such a file says nothing of Easter, and of other years only by chance."""
    if len(data) > BYTES_AT_MOST:
        raise Invalid(_("The file is larger than 1 MB. A list of holidays is much smaller; is it the right one?"), field="file")
    found: dict[date, str] = {}
    try:
        for event in components(data):
            found |= dict.fromkeys(_days(event), _name(event))
            if len(found) > DAYS_AT_MOST:
                raise Invalid(_("The file has more than %(n)d days. Leave out earlier years.") % {"n": DAYS_AT_MOST}, field="file")
    except UnreadableError as fault:
        words = {"line": fault.line, "text": fault.text}
        raise Invalid(
            _("Line %(line)d cannot be read: “%(text)s”. Save it as iCalendar (.ics) again.") % words, field="file"
        ) from None
    if not found:
        raise Invalid(_("There is no day in this file. It has to be an iCalendar file (.ics) with events."), field="file")
    return found


def _days(event: Component) -> list[date]:
    begin, end = event.first("DTSTART"), event.first("DTEND")
    try:
        if event.first("RRULE"):
            raise Invalid(
                _("“%(name)s” recurs by a rule. Save the holidays of single years, each with its day.") % {"name": _name(event)},
                field="file",
            )
        first = _day(begin.moment()) if begin else None
        last = max(_day(end.moment()) - timedelta(days=1), first) if end and first else first
    except ValueError:
        raise Invalid(_("The day of “%(name)s” cannot be read.") % {"name": _name(event)}, field="file") from None
    if first is None or (last - first).days >= DAYS_IN_ONE:
        sentence = _("“%(name)s” is not of a day, or of more than a month. Take it out of the file.")
        raise Invalid(sentence % {"name": _name(event)}, field="file")
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _name(event: Component) -> str:
    summary = event.first("SUMMARY")
    words = " ".join((summary.text if summary else "").replace("\x00", "").split())
    return words[:120] or _("Holiday")


def _country(value: str) -> str:
    country = check_country(value)
    if not country:
        raise Invalid(_("Say of which country, such as DE."), field="country")
    return country
