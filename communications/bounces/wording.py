"""What servers and people write that follow no standard."""

import re
from email.message import Message
from email.utils import parseaddr

_ENHANCED = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_PLAIN = re.compile(r"(?<![\d.:-])([45][0-5]\d)(?=[\s:;,-]+\D)")
_ADDRESS = re.compile(r"[\w.+=~'/-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_POSTMAN = re.compile(r"(?i)^(mailer-daemon|mail ?delivery|postmaster|mailerdaemon|bounces?|no-?reply-bounce)")
_SUBJECTS = re.compile(
    r"(?i)undeliver|delivery (status|failure|report|has failed)|delivery.{0,20}(delayed|problem)"
    r"|fail(ed|ure).{0,20}(deliver|notice)|return(ed)?.{0,10}(mail|to sender)|could ?n.t be delivered|mail system error"
    r"|unzustellbar|zustellung|non remis|no entregado"
)
_AWAY = re.compile(
    r"(?i)^\s*(auto(matic)?[- ]?(reply|response|matische antwort)?\s*:|automatische antwort|out of( the)? office|abwesen|absence"
    r"|réponse automatique|respuesta autom|fuera de|on (vacation|holiday|leave)|autoreply|i am (out|away))"
)
_NOBODY = re.compile(
    r"(?i)(user|recipient|mailbox|address|account)[^.\n]{0,40}(unknown|not found|n.t exist|does not exist|invalid|unavailable"
    r"|disabled|rejected|no longer)|no such (user|recipient|mailbox|address)|unknown (user|recipient|local part)"
    r"|not a valid (recipient|mailbox)|unbekannt|existiert nicht|host (or domain name )?not found|no such domain"
    r"|domain .{0,30}not (exist|found)"
)


def is_automatic_answer(mail: Message) -> bool:
    """An answer by a machine for a person who is away: the address works."""
    automatic = str(mail.get("auto-submitted", "no")).lower()
    if automatic.startswith("auto-replied") and not _parts_say_report(mail):
        return not _POSTMAN.match(_sender(mail))
    if mail.get("x-autoreply") or mail.get("x-autorespond") or "auto_reply" in str(mail.get("precedence", "")).lower():
        return True
    return bool(_AWAY.search(str(mail.get("subject", ""))))


def said_in_words(mail: Message, text: str) -> tuple[tuple[str, ...], str, str] | None:
    """The addresses, the status and the line that says it; None where it is an ordinary mail."""
    is_from_a_server = bool(_POSTMAN.match(_sender(mail))) or str(mail.get("return-path", "")).strip() == "<>"
    if not is_from_a_server and not (_SUBJECTS.search(str(mail.get("subject", ""))) and (_NOBODY.search(text) or status_in(text))):
        return None
    if not (_SUBJECTS.search(str(mail.get("subject", ""))) or _NOBODY.search(text) or status_in(text)):
        return None
    lines = [line for line in text.splitlines() if status_in(line) or _NOBODY.search(line)]
    said = " ".join(lines[0].split())[:300] if lines else ""
    return _recipients(mail, text, lines), status_in(text), said


def status_in(text: str) -> str:
    """An enhanced code where there is one, else what a plain reply code says: 550 is 5.0.0 or, in words of nobody there, 5.1.1."""
    if found := _ENHANCED.search(text):
        return found[1]
    if found := _PLAIN.search(text):
        return f"{found[1][0]}.1.1" if found[1] in ("550", "551", "553") and _NOBODY.search(text) else f"{found[1][0]}.0.0"
    return ""


def _recipients(mail: Message, text: str, lines: list[str]) -> tuple[str, ...]:
    named = mail.get("x-failed-recipients")
    if named:
        return tuple(address.strip().lower() for address in str(named).split(",") if "@" in address)
    own = {parseaddr(str(mail.get(name, "")))[1].lower() for name in ("from", "to", "return-path")}
    near = [address.lower() for line in lines for address in _ADDRESS.findall(line)] or [
        address.lower() for address in _ADDRESS.findall(text)
    ]
    return tuple(dict.fromkeys(address for address in near if address not in own and not _POSTMAN.match(address)))[:1]


def _sender(mail: Message) -> str:
    name, address = parseaddr(str(mail.get("from", "")))
    return address if _POSTMAN.match(address) else name or address


def _parts_say_report(mail: Message) -> bool:
    return any(part.get_content_type() == "message/delivery-status" for part in mail.walk())
