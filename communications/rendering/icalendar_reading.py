"""Reading iCalendar (RFC 5545): lists of holidays, replies to invitations. What cannot be read is refused with its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

# name *(";" parameter) ":" value, where a quoted parameter may hold colons and semicolons
NAME = re.compile(r"[A-Za-z0-9-]+")
PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,])*(?:,(?:"[^"]*"|[^";:,])*)*)')
ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class UnreadableError(ValueError):
    """`str()` of it is for a person, in English; whoever catches it says the rest."""

    def __init__(self, line: int, text: str):
        super().__init__(f"line {line}: {text[:60]}")
        self.line, self.text = line, text[:60]


@dataclass(frozen=True)
class Property:
    name: str
    value: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The value as a person typed it."""
        return ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)

    @property
    def address(self) -> str:
        """Of an organizer or attendee, in small letters."""
        scheme, _colon, address = self.value.partition(":")
        return (address if scheme.lower() == "mailto" else self.value).strip().lower()

    def moment(self) -> datetime | date:
        """A day as a day, a time as an aware datetime; a floating one is read as UTC. Raises ValueError."""
        if re.fullmatch(r"\d{8}", self.value):
            return datetime.strptime(self.value, "%Y%m%d").date()  # noqa: DTZ007
        found = datetime.strptime(self.value.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
        return found.replace(tzinfo=UTC if self.value.endswith("Z") else _zone(self.parameters.get("TZID", "")))


@dataclass(frozen=True)
class Component:
    name: str
    properties: tuple[Property, ...]

    def all(self, name: str) -> list[Property]:
        return [each for each in self.properties if each.name == name]

    def first(self, name: str) -> Property | None:
        return next(iter(self.all(name)), None)


def method_of(data: bytes) -> str:
    """REPLY, REQUEST, …: what the whole object is for; empty where it does not say."""
    return next((each.value.upper() for _line, each in _properties(data) if each.name == "METHOD"), "")


def components(data: bytes, name: str = "VEVENT") -> Iterator[Component]:
    """Each event in turn, without what is nested in it (alarms). Raises `UnreadableError`."""
    inside, begun_at, kept = [], 0, []
    for line, each in _properties(data):
        if each.name == "BEGIN":
            inside.append(each.value.upper())
            if inside[-1] == name:
                begun_at, kept = line, []
        elif each.name == "END":
            if not inside or inside.pop() != each.value.upper():
                raise UnreadableError(line, f"END:{each.value}")
            if each.value.upper() == name:
                yield Component(name, tuple(kept))
        elif inside and inside[-1] == name:
            kept.append(each)
    if inside:
        raise UnreadableError(begun_at or 1, f"BEGIN:{inside[-1]}")


def _properties(data: bytes) -> Iterator[tuple[int, Property]]:
    for line, text in _unfolded(data):
        yield line, _property(line, text)


def _unfolded(data: bytes) -> Iterator[tuple[int, str]]:
    """Logical lines with the number of their first one. Folding may cut a character in two, so it is undone in bytes."""
    whole, begun_at = b"", 1
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").split(b"\n"), start=1):
        if raw[:1] in (b" ", b"\t"):
            whole += raw[1:]
            continue
        if whole.strip():
            yield begun_at, whole.decode("utf-8", "replace")
        whole, begun_at = raw, number
    if whole.strip():
        yield begun_at, whole.decode("utf-8", "replace")


def _property(line: int, text: str) -> Property:
    named = NAME.match(text)
    if not named:
        raise UnreadableError(line, text)
    at, parameters = named.end(), {}
    while found := PARAMETER.match(text, at):
        parameters[found[1].upper()] = found[2].replace('"', "")
        at = found.end()
    if text[at : at + 1] != ":":
        raise UnreadableError(line, text)
    return Property(named[0].upper(), text[at + 1 :].rstrip("\r"), parameters)


def _zone(name: str):
    try:
        return ZoneInfo(name) if name else UTC
    except (KeyError, ValueError, OSError):
        return UTC
