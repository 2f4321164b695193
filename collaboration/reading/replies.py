"""What a calendar answers to an invitation (RFC 5546, METHOD:REPLY), out of the mail that brings it. No database."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses, parseaddr

from collaboration.models.invitees import InviteeAnswer
from communications.rendering.icalendar_reading import Component, UnreadableError, components, method_of

LONGEST_MAIL = 2 * 1024 * 1024
_SENT_TO = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
_ANSWERS = {"ACCEPTED": InviteeAnswer.YES, "TENTATIVE": InviteeAnswer.MAYBE, "DECLINED": InviteeAnswer.NO}


class NoReplyError(ValueError):
    """It holds no answer to an invitation that could be read."""


@dataclass(frozen=True)
class Reply:
    """`sender` and `attendee` in small letters; `stamp` is when it was written, as far as it says."""

    uid: str
    sender: str
    attendee: str
    answer: InviteeAnswer
    comment: str = ""
    stamp: datetime | None = None
    sent_to: tuple[str, ...] = ()


def read_reply(content: bytes) -> Reply:
    """Raises NoReplyError with a reason in English, for whoever looks why a mail was left."""
    if len(content) > LONGEST_MAIL:
        raise NoReplyError("longer than any answer is")
    try:
        return _read(message_from_bytes(content, policy=default))
    except RecursionError:
        raise NoReplyError("nested deeper than any answer is") from None


def _read(message: EmailMessage) -> Reply:
    event = _event(message)
    asked = event.all("ATTENDEE")
    if len(asked) != 1:
        raise NoReplyError(f"an answer is of one person, this is of {len(asked)}")
    answer = _ANSWERS.get(asked[0].parameters.get("PARTSTAT", "").upper())
    uid = event.first("UID")
    if answer is None or uid is None:
        raise NoReplyError("it says neither yes, maybe nor no" if uid else "it does not say to what")
    said = event.first("COMMENT")
    return Reply(
        uid.text.strip(), _sender(message), asked[0].address, answer, said.text if said else "", _stamp(event), _sent_to(message)
    )


def _event(message: EmailMessage) -> Component:
    for part in message.walk():
        if part.get_content_type() not in ("text/calendar", "application/ics"):
            continue
        data = part.get_payload(decode=True) or b""
        try:
            if method_of(data) != "REPLY":
                continue
            found = list(components(data))
        except UnreadableError as error:
            raise NoReplyError(str(error)) from None
        if len(found) != 1:
            raise NoReplyError(f"an answer is to one event, this is to {len(found)}")
        return found[0]
    raise NoReplyError("no answer of a calendar is in it")


def _sender(message: EmailMessage) -> str:
    return parseaddr(_header(message, "from"))[1].lower()


def _sent_to(message: EmailMessage) -> tuple[str, ...]:
    return tuple(address for _name, address in getaddresses([_header(message, name) for name in _SENT_TO]) if address)


def _header(message: EmailMessage, name: str) -> str:
    try:
        return ", ".join(str(value) for value in message.get_all(name, []))
    except (ValueError, IndexError, AttributeError):  # what the standard library makes of some broken headers
        return ""


def _stamp(event: Component) -> datetime | None:
    """A clock that is ahead of ours must not lock every later answer out."""
    stamp = event.first("DTSTAMP")
    try:
        moment = stamp.moment() if stamp else None
    except ValueError:
        return None
    return min(moment, datetime.now(UTC)) if isinstance(moment, datetime) else None
