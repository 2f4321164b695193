"""One mail, read as a bounce: the standard report (RFC 3464) first, then the many forms that are none.

Hard is what is wrong with the address for good. Soft is everything else that keeps a mail away: a full mailbox, a server
that is down, a message that was not liked. An answer while on holiday is no bounce."""

import re
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parseaddr

from flufl.bounce import all_failures

from communications.bounces.severity import Severity, severity_of
from communications.bounces.severity import status_in as status_in_words
from communications.bounces.wording import is_automatic_answer, said_in_words


@dataclass(frozen=True)
class Bounce:
    """`status` is an enhanced code such as 5.1.1, or empty. `is_final` where no further attempt follows. `message_id` is that of
    the mail that came back, where it was sent along. `is_guess` where the recipients are only some addresses in it."""

    severity: Severity
    recipients: tuple[str, ...] = ()
    status: str = ""
    reason: str = ""
    message_id: str = ""
    is_final: bool = True
    is_guess: bool = False

    @property
    def is_bounce(self) -> bool:
        return self.severity in (Severity.HARD, Severity.SOFT)


NOT_A_BOUNCE = Bounce(Severity.NONE)


def read_bounce(content: bytes) -> Bounce:
    """Never raises for what a mail can hold. What is nested without an end is no server's."""
    with suppress(RecursionError):
        mail = message_from_bytes(content)
        return _complaint(mail) or _standard_report(mail) or _other_form(mail) or NOT_A_BOUNCE
    return NOT_A_BOUNCE


def addressed_to(content: bytes) -> list[str]:
    """Whom a mail was delivered to, by its headers, for want of an envelope."""
    mail = BytesHeaderParser().parsebytes(content)
    names = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to")
    values = [str(value)[:1000] for name in names for value in mail.get_all(name, [])]
    return [address for _name, address in getaddresses(values[:20])]


# --- The standard report -----------------------------------------------------------------------------------------------


def _standard_report(mail: Message) -> Bounce | None:
    """Of several recipients the worst decides; those that were delivered are none of ours."""
    found = [_of_recipient(fields) for part in _parts(mail, "message/delivery-status") for fields in _blocks(part)]
    failed = [one for one in found if one and one.is_bounce]
    if not failed:
        return NOT_A_BOUNCE if found else None
    worst = min(failed, key=lambda one: (one.severity != Severity.HARD, not one.is_final))
    return Bounce(
        worst.severity, tuple(dict.fromkeys(address for one in failed for address in one.recipients)), worst.status, worst.reason,
        _message_id_of_original(mail), worst.is_final,
    )  # fmt: skip


def _blocks(part: Message) -> list[Message]:
    """The first block is about the message, each further one about a recipient; some servers put all into one."""
    blocks = part.get_payload()
    if isinstance(blocks, str):
        blocks = [message_from_bytes(block.encode("utf-8", "replace")) for block in re.split(r"\r?\n\s*\r?\n", blocks)]
    return [block for block in blocks or [] if block.get("final-recipient") or block.get("original-recipient")]


def _of_recipient(fields: Message) -> Bounce | None:
    action = _first_word(str(fields.get("action", "failed")))
    status, said = _status(str(fields.get("status", ""))), one_line(str(fields.get("diagnostic-code", "")))
    said = re.sub(r"^[\w-]+;\s*", "", said)
    if action in ("delivered", "relayed", "expanded") or status.startswith("2"):
        return NOT_A_BOUNCE
    if status in ("", "5.0.0", "4.0.0"):  # says nothing; what the server said may
        status = status_in_words(said) or status
    address = _address(str(fields.get("final-recipient") or fields.get("original-recipient")))
    original = _address(str(fields.get("original-recipient") or ""))
    is_final = action != "delayed"
    severity = severity_of(status, said) if is_final else Severity.SOFT
    return Bounce(severity, tuple(filter(None, (original or address,))), status, said, is_final=is_final)


def _address(value: str) -> str:
    """Of `rfc822; nora@alpenglow.example`, also with brackets or in utf-8 form."""
    found = value.rpartition(";")[2].strip().strip("<>").strip()
    return parseaddr(found)[1].lower() if "@" in found else ""


# --- Other forms ---------------------------------------------------------------------------------------------------------


def _other_form(mail: Message) -> Bounce | None:
    if is_automatic_answer(mail):
        return None
    temporary, permanent = _failures(mail)
    text = _text(mail)
    if not temporary and not permanent:
        said = said_in_words(mail, text)
        if said is None:
            return None
        return Bounce(
            severity_of(said.status, said.line or text), said.recipients, said.status, one_line(said.line),
            _message_id_of_original(mail), is_guess=said.is_guess,
        )  # fmt: skip
    status, reason = status_in_words(text), _line_with_status(text)
    if not permanent:
        return Bounce(Severity.SOFT, temporary, status, reason, _message_id_of_original(mail), is_final=False)
    return Bounce(severity_of(status, text), permanent, status, reason, _message_id_of_original(mail))


def _failures(mail: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    try:
        temporary, permanent = all_failures(mail)
    except Exception:  # a mail can be broken in more ways than the library knows; it is then read by its words
        return (), ()
    return _addresses(temporary), _addresses(permanent)


def _addresses(found: frozenset[bytes]) -> tuple[str, ...]:
    texts = (address.decode("utf-8", "replace") if isinstance(address, bytes) else str(address) for address in found)
    return tuple(sorted({text.strip("<>").lower() for text in texts if "@" in text}))


def _complaint(mail: Message) -> Bounce | None:
    """A report of abuse (RFC 5965): somebody called the mail unwanted."""
    for part in _parts(mail, "message/feedback-report"):
        payload = part.get_payload()
        fields = payload[0] if isinstance(payload, list) else message_from_bytes(str(payload).encode("utf-8", "replace"))
        recipient = _address(str(fields.get("original-rcpt-to", "")))
        kind = one_line(str(fields.get("feedback-type", "abuse")))[:60]
        return Bounce(Severity.COMPLAINT, tuple(filter(None, (recipient,))), "", kind, _message_id_of_original(mail))
    return None


# --- What both need ------------------------------------------------------------------------------------------------------

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


def _status(value: str) -> str:
    found = _STATUS.search(value)
    return found[1] if found else ""


def _line_with_status(text: str) -> str:
    lines = [one_line(line) for line in text.splitlines() if status_in_words(line)]
    return lines[0] if lines else ""


def _parts(mail: Message, content_type: str) -> list[Message]:
    return [part for part in mail.walk() if part.get_content_type() == content_type]


def _text(mail: Message) -> str:
    parts = (part.get_payload(decode=True) or b"" for part in mail.walk() if part.get_content_type() == "text/plain")
    return b"\n".join(part for part in parts if isinstance(part, bytes)).decode("utf-8", "replace")


_MESSAGE_ID = re.compile(r"(?im)^message-id:\s*(<[^<>\s]{3,300}>)")


def _message_id_of_original(mail: Message) -> str:
    """From the mail that was sent along, or from its headers quoted in the text."""
    for part in mail.walk():
        if part is not mail and part.get("message-id") and part.get_content_maintype() != "multipart":
            return str(part["message-id"]).strip()
        if part.get_content_type() == "message/rfc822" and isinstance(part.get_payload(), list) and part.get_payload():
            return str(part.get_payload()[0].get("message-id", "")).strip()
        if part.get_content_type() in ("text/rfc822-headers", "text/plain"):
            quoted = part.get_payload(decode=True) or b""
            if isinstance(quoted, bytes) and (found := _MESSAGE_ID.search(quoted.decode("utf-8", "replace"))):
                return found[1]
    return ""


def one_line(text: str) -> str:
    """Without what cannot be stored or shown, such as NUL bytes, halves of characters, and marks that turn the text round."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())[:300]


def _first_word(text: str) -> str:
    words = text.strip().lower().split()
    return words[0].strip(";") if words else ""
