"""Writing iCalendar (RFC 5545): feeds, invitations, cancellations. Functions of values; whatever a person typed is escaped."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

PRODUCT = "-//PartnerHub//Calendar//EN"
LINE_AT_MOST = 75  # octets, without the line end
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # everything but the tab and the line feed, which text may hold


@dataclass(frozen=True)
class Person:
    """An organizer or an attendee. `partstat` and `rsvp` are an attendee's: what they have said, whether they are asked."""

    address: str
    name: str = ""
    partstat: str = "NEEDS-ACTION"
    rsvp: bool = True


@dataclass(frozen=True)
class Event:
    """Times carry a zone and are written in UTC. Of an all-day event the days count, and `ends_at` is the day after the last
    one. Without `ends_at` it is an instant, or that one day."""

    uid: str
    summary: str
    starts_at: datetime | date
    ends_at: datetime | date | None = None
    description: str = ""
    location: str = ""
    url: str = ""
    organizer: Person | None = None
    attendees: tuple[Person, ...] = ()
    sequence: int = 0
    status: str = "CONFIRMED"
    all_day: bool = False
    stamped_at: datetime | None = None  # when it was last changed; now where that is not known


def calendar(events: Iterable[Event], *, name: str, method: str = "PUBLISH") -> bytes:
    """A whole VCALENDAR object. `method` is PUBLISH for a feed, REQUEST for an invitation, CANCEL for its end."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for event in events:
        lines += _lines_of(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def folded(line: str) -> str:
    """No line is longer than 75 octets; what goes on begins with a blank. No character is cut in two."""
    parts, part, size = [], "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LINE_AT_MOST:
            parts.append(part)
            part, size = "", 1  # the blank counts
        part, size = part + character, size + octets
    return "\r\n ".join([*parts, part])


def _lines_of(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{_instant(event.stamped_at or datetime.now(UTC))}"
    yield f"DTSTART{_when(event.starts_at, all_day=event.all_day)}"
    if event.ends_at is not None:
        yield f"DTEND{_when(event.ends_at, all_day=event.all_day)}"
    yield f"SUMMARY:{_text(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{_text(event.description)}"
    if event.location:
        yield f"LOCATION:{_text(event.location)}"
    if event.url:
        yield f"URL:{_bare(event.url)}"
    if event.organizer:
        yield f"ORGANIZER{_called(event.organizer)}:mailto:{_bare(event.organizer.address)}"
    for person in event.attendees:
        asked = f";ROLE=REQ-PARTICIPANT;PARTSTAT={person.partstat};RSVP={'TRUE' if person.rsvp else 'FALSE'}"
        yield f"ATTENDEE{_called(person)}{asked}:mailto:{_bare(person.address)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"STATUS:{event.status}"
    yield "END:VEVENT"


def _when(moment: datetime | date, *, all_day: bool) -> str:
    if all_day:
        return f";VALUE=DATE:{moment:%Y%m%d}"
    if not isinstance(moment, datetime):
        raise TypeError(f"{moment} is a day; an event that is not all day has times.")
    return f":{_instant(moment)}"


def _instant(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone.")
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A backslash before what would end or split the value; a line end as the two characters that stand for it."""
    value = CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _bare(value: str) -> str:
    """A URI is not escaped, so it must not hold what would begin a new line."""
    return re.sub(r"[\x00-\x20\x7f]", "", value)


def _called(person: Person) -> str:
    """A parameter in quotation marks can hold anything but those and control characters."""
    name = re.sub(r"[\x00-\x1f\x7f]", " ", person.name).replace('"', "'").strip()
    return f';CN="{name}"' if name else ""
