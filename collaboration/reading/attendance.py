"""Who was there, as Zoom and Teams write it: their CSV files, and the JSON that they send. Functions of values, no database."""

import csv
import io
import json
import re
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

LONGEST_FILE = 5 * 1024 * 1024
MOST_LINES = 20_000

# Column heads in small letters, without what stands in brackets.
_ADDRESS = ("user email", "email", "e-mail", "participant email", "email address", "e-mail address")
_NAME = ("name", "full name", "user name", "participant name", "display name", "first name")
_UPN = ("participant id", "user principal name")
_JOINED = ("join time", "first join", "joined", "join date")
_LEFT = ("leave time", "last leave", "left", "leave date")
_DURATION = ("duration", "in-meeting duration", "total duration", "time in session", "attendance duration", "minutes")
_MOMENTS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M",
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y, %I:%M:%S %p", "%m/%d/%y, %I:%M:%S %p",
    "%m/%d/%Y %H:%M:%S", "%m/%d/%Y, %H:%M:%S", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y, %H:%M:%S", "%d.%m.%Y %H:%M",
    "%b %d, %Y %H:%M:%S", "%b %d, %Y %I:%M:%S %p",
)  # fmt: skip


class NoAttendanceError(ValueError):
    """Nothing of it can be read as attendance."""


@dataclass(frozen=True)
class Stay:
    """One time that somebody was there. `minutes` where it is said so, or follows from when they came and went."""

    name: str
    address: str
    joined_at: datetime | None = None
    left_at: datetime | None = None
    minutes: int | None = None

    def as_dict(self) -> dict:
        moments = {name: at and at.isoformat() for name, at in (("joined_at", self.joined_at), ("left_at", self.left_at))}
        return {**asdict(self), **moments}

    @classmethod
    def of_dict(cls, kept: dict) -> "Stay":
        moments = {name: datetime.fromisoformat(kept[name]) if kept[name] else None for name in ("joined_at", "left_at")}
        return cls(**{**kept, **moments})


@dataclass(frozen=True)
class Sheet:
    stays: tuple[Stay, ...]
    unread: int = 0


def read_file(content: bytes, zone: ZoneInfo) -> Sheet:
    """A CSV file, or a report in JSON. Raises NoAttendanceError."""
    if len(content) > LONGEST_FILE:
        raise NoAttendanceError("too long")
    text = _decoded(content).lstrip()
    return read_report(text) if text.startswith(("{", "[")) else read_csv(content, zone)


def read_csv(content: bytes, zone: ZoneInfo) -> Sheet:
    """Times without a zone are those of the meeting. Teams puts a summary before the list and several lists below each other: the
    one of participants counts. Raises NoAttendanceError."""
    if len(content) > LONGEST_FILE:
        raise NoAttendanceError("too long")
    rows = _rows(_decoded(content))
    start, columns = _head(rows)
    stays, unread = [], 0
    for row in rows[start + 1 : start + 1 + MOST_LINES]:
        if not any(cell.strip() for cell in row):
            break  # the list ends with an empty line; what follows says the same once more
        stay = _stay(row, columns, zone)
        if stay is None:
            unread += 1
        else:
            stays.append(stay)
    if not stays:
        raise NoAttendanceError("nobody is in it")
    return Sheet(tuple(stays), unread)


def minutes_together(stays) -> int | None:
    """The minutes somebody was there: two devices at once count once. None where no stay says how long."""
    spans = sorted((stay.joined_at, stay.left_at) for stay in stays if stay.joined_at and stay.left_at)
    seconds, until = 0.0, None
    for begins, ends in spans:
        begins = max(begins, until) if until else begins
        if ends > begins:
            seconds += (ends - begins).total_seconds()
            until = ends
    told = [stay.minutes for stay in stays if not (stay.joined_at and stay.left_at) and stay.minutes is not None]
    return round(seconds / 60) + sum(told) if spans or told else None


def _decoded(content: bytes) -> str:
    """Teams writes UTF-16 with tabs, Zoom UTF-8 with commas."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _rows(text: str) -> list[list[str]]:
    text = text.replace("\x00", "")
    first = max(text.splitlines()[:40], key=lambda line: max(map(line.count, "\t;,")), default="")
    delimiter = max("\t;,", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise NoAttendanceError(str(error)) from None


def _head(rows: list[list[str]]) -> tuple[int, dict[str, int]]:
    for number, row in enumerate(rows[:200]):
        heads = [re.sub(r"\s*\(.*", "", cell).strip().lower() for cell in row]
        columns = {
            what: next((heads.index(name) for name in names if name in heads), -1)
            for what, names in (("address", _ADDRESS), ("name", _NAME), ("upn", _UPN), ("joined", _JOINED), ("left", _LEFT),
                                ("duration", _DURATION))
        }  # fmt: skip
        if columns["name"] >= 0 and (columns["address"] >= 0 or columns["joined"] >= 0):
            return number, columns
    raise NoAttendanceError("no line names the columns")


def _stay(row: list[str], columns: dict[str, int], zone: ZoneInfo) -> Stay | None:
    def cell(what: str) -> str:
        at = columns[what]
        return " ".join(row[at].split()) if 0 <= at < len(row) else ""

    address = next((found for found in (cell("address"), cell("upn")) if "@" in found), "").lower()
    if not cell("name") and not address:
        return None
    joined, left = _moment(cell("joined"), zone), _moment(cell("left"), zone)
    if joined and left and left < joined:
        joined = left = None
    minutes = _minutes(cell("duration")) if not (joined and left) else round((left - joined).total_seconds() / 60)
    return Stay(cell("name")[:200], address[:254], joined, left, minutes)


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    text = re.sub(
        r"(?<=\d)\s*([ap])\.?m\.?$", lambda found: f" {found[1].upper()}M", text.replace("\u202f", " "), flags=re.IGNORECASE
    )
    for form in _MOMENTS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=zone).astimezone(UTC)
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _minutes(text: str) -> int | None:
    """63, 1:03:20, 1h 3m 20s, 63 min."""
    text = text.strip().lower()
    if re.fullmatch(r"\d{1,5}(\.\d+)?", text):
        return round(float(text))
    if found := re.fullmatch(r"(?:(\d+):)?(\d{1,2}):(\d{2})", text):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return round(hours * 60 + minutes + seconds / 60)
    parts = re.findall(r"(\d+)\s*(h|hr|m|min|s|sec)", text)
    if not parts:
        return None
    return round(sum(int(n) * {"h": 60, "m": 1, "s": 1 / 60}[unit[0]] for n, unit in parts))


# --- Reports in JSON, as the services' own interfaces hand them out --------------------------------------------------


def read_report(text: str) -> Sheet:
    """`attendanceRecords` of Teams, `participants` of Zoom, or the list alone. A time without a zone is one in UTC."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        raise NoAttendanceError("it is no JSON") from None
    if isinstance(body, dict):
        body = next((body[name] for name in ("attendanceRecords", "participants", "value") if name in body), None)
    if not isinstance(body, list):
        raise NoAttendanceError("nobody is in it")
    stays, unread = [], 0
    for record in body[:MOST_LINES]:
        try:
            stays += _stays_at_teams(record) if "identity" in record or "emailAddress" in record else [_stay_at_zoom(record)]
        except (KeyError, TypeError, AttributeError, ValueError, OverflowError):
            unread += 1
    if not stays:
        raise NoAttendanceError("nobody is in it")
    return Sheet(tuple(stays), unread)


def _stay_at_zoom(record: dict) -> Stay:
    name, address = (str(record.get(a) or record.get(b) or "") for a, b in (("name", "user_name"), ("user_email", "email")))
    joined, left = (_zulu(record[name]) if record.get(name) else None for name in ("join_time", "leave_time"))
    stay = _checked(name, address, joined, left)
    return stay if stay.minutes is not None else replace(stay, minutes=_of_seconds(record.get("duration")))


def _of_seconds(told) -> int | None:
    return None if told is None else round(int(told) / 60)


# --- What conference services send ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """`conference_id` names the meeting there. `stays` are whole ones or, as somebody comes or goes, halves."""

    conference_id: str
    stays: tuple[Stay, ...]


def read_message(body: dict) -> Told:
    """One event of Zoom, or an attendance report of Teams. Raises NoAttendanceError."""
    try:
        if "attendanceRecords" in body:
            return _of_teams(body)
        return _of_zoom(body)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, NoAttendanceError):
            raise
        raise NoAttendanceError("it says neither who nor when") from None


def _of_zoom(body: dict) -> Told:
    about = body["payload"]["object"]
    person, event = about["participant"], body["event"]
    if event not in (
        "meeting.participant_joined",
        "meeting.participant_left",
        "webinar.participant_joined",
        "webinar.participant_left",
    ):
        raise NoAttendanceError(f"an event {event}, which is not about who comes or goes")
    has_left = event.endswith("_left")
    joined = None if has_left else _zulu(person["join_time"])
    left = _zulu(person["leave_time"]) if has_left else None
    if has_left and person.get("join_time"):
        joined = _zulu(person["join_time"])
    return Told(str(about["id"]), (_checked(str(person.get("user_name") or ""), str(person.get("email") or ""), joined, left),))


def _of_teams(body: dict) -> Told:
    stays = [stay for record in body["attendanceRecords"] for stay in _stays_at_teams(record)]
    if not stays:
        raise NoAttendanceError("nobody is in it")
    return Told(str(body.get("meetingId") or body.get("id") or ""), tuple(stays[:MOST_LINES]))


def _stays_at_teams(record: dict) -> list[Stay]:
    name, address = str((record.get("identity") or {}).get("displayName") or ""), str(record.get("emailAddress") or "")
    spans = record.get("attendanceIntervals") or []
    if not spans:
        return [replace(_checked(name, address, None, None), minutes=_of_seconds(record["totalAttendanceInSeconds"]))]
    return [_checked(name, address, _zulu(span["joinDateTime"]), _zulu(span["leaveDateTime"])) for span in spans]


def _checked(name: str, address: str, joined: datetime | None, left: datetime | None) -> Stay:
    name, address = " ".join(name.replace("\x00", "").split())[:200], address.replace("\x00", "").strip().lower()[:254]
    if not name and not address:
        raise NoAttendanceError("it does not say who")
    if joined and left and left < joined:
        raise NoAttendanceError("somebody left before they came")
    return Stay(name, address, joined, left, round((left - joined).total_seconds() / 60) if joined and left else None)


def _zulu(text: str) -> datetime:
    moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
