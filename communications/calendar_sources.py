"""What stands on the calendar beside announcements: reviews, and the meetings and webinars of whichever apps have them.

They register in `AppConfig.ready`; the calendar only asks what is there. A source answers in a fixed number of queries."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.functional import Promise


@dataclass(frozen=True)
class CalendarEntry:
    """`uid` never changes, whatever else does. Without `starts_at` it is of the whole `day`; of several days up to `last_day`.
    `partner` names whom it is about, where it is about one; `programme_id` which programme, where it is of one."""

    uid: str
    title: str
    day: date
    url: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    last_day: date | None = None
    partner: str = ""
    programme_id: int | None = None
    description: str = ""
    location: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True)
class CalendarSource:
    """`for_manager(user, first, last)` and `for_contact(contact, first, last)` give the entries of these days, both included,
    that this person may see. By API they are shown to tokens that hold the `scope`."""

    key: str
    label: str | Promise
    for_manager: Callable[..., Iterable[CalendarEntry]]
    for_contact: Callable[..., Iterable[CalendarEntry]] | None = field(default=None)
    scope: str = ""


_sources: dict[str, CalendarSource] = {}


def register_calendar_source(source: CalendarSource) -> None:
    _sources[source.key] = source


def calendar_sources() -> list[CalendarSource]:
    return list(_sources.values())
