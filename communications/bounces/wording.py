"""What servers and people write that follow no standard."""

import re
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr

from communications.bounces.severity import names_nobody, status_in

_ADDRESS = re.compile(r"[\w.+=~'/-]{1,64}@[\w-]+(?:\.[\w-]+)+")
# Headers of the quoted mail that hold addresses, or what looks like one, of anybody but its recipient; with lines that go on.
_NOT_OF_RECIPIENT = re.compile(
    r"(?im)^[>| \t]*(message-id|references|in-reply-to|from|sender|reply-to|return-path|received|errors-to|cc|list-[\w-]+"
    r"|resent-[\w-]+|feedback-id|dkim-signature):.*(\r?\n(?![>| \t]*[\w-]+:)[>|]*[ \t]+[^\s>|].*)*"
)
_QUOTED_TO = re.compile(r"(?im)^[>| \t]*(?:to|delivered-to|original-recipient|final-recipient):(.*)$")
_ANY_ID = re.compile(r"(?<![^<>\s@])[^<>\s@]{65,}@[^<>\s]+")
_POSTMAN = re.compile(r"(?i)^(mailer-daemon|mail ?delivery|post_?master|mailerdaemon|bounces?|no-?reply-bounce)")
_SUBJECTS = re.compile(
    r"(?i)undeliver|delivery (status|failure|failed|report|has failed)|delivery.{0,20}(delayed|problem)"
    r"|fail(ed|ure).{0,20}(deliver|notice)|return(ed)?.{0,10}(mail|to sender)|could ?n.t be delivered|mail system error"
    r"|mail failure|unzustellbar|zustellung|non remis|no entregado"
)
_AWAY = re.compile(
    r"(?i)^\s*(auto(matic)?[- ]?(reply|response|matische antwort)?\s*:|automatische antwort|out of( the)? office|abwesen|absence"
    r"|réponse automatique|respuesta autom|fuera de|on (vacation|holiday|leave)|autoreply|i am (out|away))"
)


def is_automatic_answer(mail: Message) -> bool:
    """An answer by a machine for a person who is away: the address works."""
    automatic = str(mail.get("auto-submitted", "no")).lower()
    if automatic.startswith("auto-replied") and not _parts_say_report(mail):
        return not _POSTMAN.match(_sender(mail))
    if mail.get("x-autoreply") or mail.get("x-autorespond") or "auto_reply" in str(mail.get("precedence", "")).lower():
        return True
    return bool(_AWAY.search(str(mail.get("subject", ""))))


@dataclass(frozen=True)
class Said:
    """What a bounce says in words. `is_guess` where the recipients are only some addresses in it, named as nothing."""

    recipients: tuple[str, ...]
    is_guess: bool
    status: str
    line: str


def said_in_words(mail: Message, text: str) -> Said | None:
    """None where it is an ordinary mail."""
    is_from_a_server = bool(_POSTMAN.match(_sender(mail))) or str(mail.get("return-path", "")).strip() == "<>"
    if not is_from_a_server and not (_SUBJECTS.search(str(mail.get("subject", ""))) and (names_nobody(text) or status_in(text))):
        return None
    if not (_SUBJECTS.search(str(mail.get("subject", ""))) or names_nobody(text) or status_in(text)):
        return None
    lines = [line for line in text.splitlines() if status_in(line) or names_nobody(line)]
    said = " ".join(lines[0].split())[:300] if lines else ""
    return Said(*_recipients(mail, text, lines), status_in(text), said)


def _recipients(mail: Message, text: str, lines: list[str]) -> tuple[tuple[str, ...], bool]:
    """Who is named as such, else who is on a line that says what is wrong, else whom the quoted mail was for; and whether it is a
    guess. The quoted mail's id looks like an address and is none."""
    named = mail.get("x-failed-recipients")
    if named:
        return tuple(address.strip().lower() for address in str(named).split(",") if "@" in address), False
    own = {parseaddr(str(mail.get(name, "")))[1].lower() for name in ("from", "to", "return-path")}
    wordy = [line for line in lines if not _NOT_OF_RECIPIENT.match(line)]
    rest = _NOT_OF_RECIPIENT.sub("", text)
    for is_guess, places in ((False, wordy), (False, _QUOTED_TO.findall(rest)), (True, [rest])):
        found = [address.lower() for place in places for address in _ADDRESS.findall(_ANY_ID.sub("", place))]
        others = [address for address in found if address not in own and not _POSTMAN.match(address)]
        if others:
            return (others[0],), is_guess
    return (), False


def _sender(mail: Message) -> str:
    name, address = parseaddr(str(mail.get("from", "")))
    return address if _POSTMAN.match(address) else name or address


def _parts_say_report(mail: Message) -> bool:
    return any(part.get_content_type() == "message/delivery-status" for part in mail.walk())
