"""Whether a refusal is about the address, and for good.

An address is given up only where the words or the code are about it. A server that blames the sender, the sending machine, what the
mail says or the moment says so with the same numbers (550, 5.0.0), whatever they were made for; a campaign that met a block list
would else lose its recipients for ever."""

import re
from enum import StrEnum


class Severity(StrEnum):
    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"
    NONE = "not a bounce"


_ENHANCED = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_PLAIN = re.compile(r"(?<![\d.:-])([45][0-5]\d)(?=[\s:;,-]+\D)")
# Full for now, too large, its sender unknown, or refused for what it says or for who sends it: nothing is wrong with the address.
_NOT_FOR_GOOD = re.compile(r"^5\.((1\.[78]|2\.[23]|4\.[1356])$|[3567]\.)")
_OF_OTHERS_CODE, _OF_ADDRESS_CODE = re.compile(r"^5\.((1\.[78]|2\.[23]|3\.4)$|[67]\.)"), re.compile(r"^5\.1\.([1-46]|10)$")
_FULL = re.compile(r"(?i)over ?quota|quota exceeded|mailbox (is )?full|exceeded .{0,20}storage|insufficient (system )?storage")
_NOBODY = re.compile(
    r"(?i)(user|recipient|mailbox|address|account)[^.\n]{0,40}(unknown|not found|n.t exist|does not exist|invalid|unavailable"
    r"|disabled|no longer)|no such (user|recipient|mailbox|address)|unknown (user|recipient|local part)|invalid recipient"
    r"|not a valid (recipient|mailbox)|unbekannt|existiert nicht|host( or domain name| [\w.-]+)? not found|no such domain"
    r"|domain .{0,30}not (exist|found)"
)
_OF_SENDER = re.compile(r"(?i)\bsenders?\b(?! id)|mail from\b")
_OF_OTHERS = re.compile(
    r"(?i)\bsenders?\b|\bspf\b|dkim|dmarc|unauthenticated|not verified|\b(r?dns|ptr)\b|dns ?bl|\brbl\b|spamhaus|proofpoint"
    r"|black ?list|block(ed|ing|list)|banned|reputation|abuse|\brelay|spam|virus|malware|polic(y|ies)|content|duplicate header"
    r"|not (allowed|permitted|accepted)|(access|permission) denied|denied by|prohibit|forbidden|protocol violation|not implemented"
    r"|too (many|large|big|long|much)|limit exceeded|hop count|\bloop|expired|timed? ?out|timeout|retry|at a rate"
    r"|try again|temporar|currently|transaction failed|message (was )?(rejected|refused)|could not connect"
    r"|connection (refused|failed)"
)
_FOR_GOOD = re.compile(r"(?i)permanent (fatal |delivery )?(error|failure)|permanently (failed|rejected)|fatal errors?")


def severity_of(status: str, said: str) -> Severity:
    """`status` is an enhanced code or empty. Without one only words can say that it is for good: no address is given up where no
    reason is given."""
    if status.startswith("4") or _FULL.search(said):
        return Severity.SOFT
    if names_nobody(said) and not _OF_OTHERS_CODE.match(status):
        return Severity.HARD
    if _NOT_FOR_GOOD.match(status) or _NOT_FOR_GOOD.match(status_in(said)):
        return Severity.SOFT
    if _OF_OTHERS.search(said) and not _OF_ADDRESS_CODE.match(status):
        return Severity.SOFT
    return Severity.HARD if status.startswith("5") or not status and _FOR_GOOD.search(said) else Severity.SOFT


def names_nobody(text: str) -> bool:
    """It says that nobody lives there. That there is no such sender is said in the same words."""
    return any(_NOBODY.search(line) and not _OF_SENDER.search(line) for line in text.splitlines())


def status_in(text: str) -> str:
    """An enhanced code where there is one, else what a plain reply code says: 550 is 5.0.0 or, in words of nobody there, 5.1.1."""
    if found := _ENHANCED.search(text):
        return found[1]
    if found := _PLAIN.search(text):
        return f"{found[1][0]}.1.1" if found[1] in ("550", "551", "553") and names_nobody(text) else f"{found[1][0]}.0.0"
    return ""
