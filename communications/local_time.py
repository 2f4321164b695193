"""A wall-clock time in a zone, as the instant it names."""

import zoneinfo
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from activity.refusals import Invalid

AHEAD_AT_MOST = timedelta(days=36_525)


def zone_named(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Invalid(
            _("There is no time zone “%(name)s”. Write one such as Europe/Berlin.") % {"name": name[:60]}, field="time_zone"
        ) from None


def instant_of(wall: datetime, zone_name: str, field: str = "send_at") -> datetime:
    """The UTC instant at which clocks in `zone_name` show `wall` (naive). On the day clocks go back a time comes twice:
    the first is meant. On the day they go forward some times never come: those are refused, by the name of `field`."""
    zone = zone_named(zone_name)
    try:
        instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
        comes_back = instant.astimezone(zone).replace(tzinfo=None)
    except OverflowError:  # at either end of what a calendar can hold
        raise Invalid(_("No calendar goes that far. Choose a time that is nearer."), field=field) from None
    if comes_back != wall:
        raise Invalid(
            _("Clocks in %(zone)s are put forward over %(time)s on that day; there is no such time. Choose another.")
            % {"zone": zone_name, "time": wall.strftime("%H:%M")},
            code="no_such_local_time",
            field=field,
        )
    return instant
