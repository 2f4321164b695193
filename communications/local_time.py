"""A wall-clock time in a zone, as the instant it names."""

import zoneinfo
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from activity.refusals import Invalid


def zone_named(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Invalid(
            _("There is no time zone “%(name)s”. Write one such as Europe/Berlin.") % {"name": name[:60]}, field="time_zone"
        ) from None


def instant_of(wall: datetime, zone_name: str) -> datetime:
    """The UTC instant at which clocks in `zone_name` show `wall` (naive). On the day clocks go back a time comes twice:
    the first is meant. On the day they go forward some times never come: those are refused."""
    instant = wall.replace(tzinfo=zone_named(zone_name), fold=0).astimezone(UTC)
    if instant.astimezone(zone_named(zone_name)).replace(tzinfo=None) != wall:
        raise Invalid(
            _("Clocks in %(zone)s are put forward over %(time)s on that day; there is no such time. Choose another.")
            % {"zone": zone_name, "time": wall.strftime("%H:%M")},
            code="no_such_local_time",
            field="send_at",
        )
    return instant
