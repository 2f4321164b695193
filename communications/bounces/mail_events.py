"""What a mail provider tells of a mail, in the words that anymail has for all of them."""

from collections.abc import Iterator
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason

from communications.bounces.reading import Bounce, one_line
from communications.bounces.severity import Severity, severity_of, status_in

_FAILED = (EventType.BOUNCED, EventType.REJECTED, EventType.FAILED)
# Why a provider keeps a list of its own and sends no mail to an address any more.
_LISTED = (RejectReason.INVALID, RejectReason.BOUNCED, RejectReason.SPAM, RejectReason.UNSUBSCRIBED)
_SAYS_NOTHING = ("", "5.0.0", "4.0.0")
_FOR_GOOD = {"hardbounce", "permanent", "invalidemail", "bademailaddress"}


def read_event(event: AnymailTrackingEvent) -> Bounce:
    """Hard only where the server's answer or the provider's own word says so: an address is not given up on a guess."""
    recipients = (event.recipient.lower(),) if event.recipient else ()
    said = one_line(str(event.mta_response or event.description or event.reject_reason or event.event_type))
    if event.event_type == EventType.COMPLAINED:
        return Bounce(Severity.COMPLAINT, recipients, "", said)
    if event.event_type not in _FAILED:
        return Bounce(Severity.NONE, recipients)
    status = status_in(said)
    return Bounce(_severity(event, status, said), recipients, status, said)


def _severity(event: AnymailTrackingEvent, status: str, said: str) -> Severity:
    if event.event_type == EventType.REJECTED:
        return Severity.HARD if event.reject_reason in _LISTED else Severity.SOFT
    if status not in _SAYS_NOTHING:
        return severity_of(status, said)
    is_for_good = event.reject_reason == RejectReason.INVALID or any(
        (key in ("type", "event", "severity") and _letters(str(value)) in _FOR_GOOD) or (key == "hard_bounce" and value is True)
        for key, value in _told(event.esp_event)
    )
    return severity_of("5.0.0", said) if is_for_good else Severity.SOFT


def tokens_in(event: AnymailTrackingEvent) -> list[str]:
    """What we gave the provider along with the mail, to be told again."""
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    return [value for value in [metadata.get("delivery")] if isinstance(value, str)]


def message_ids_in(event: AnymailTrackingEvent) -> list[str]:
    """Ours may be among them: providers have ids of their own, and spell the name of this header in many ways."""
    told = [value for key, value in _told(event.esp_event) if _letters(key) in ("messageid", "smtpid")]
    return [f"<{value.strip('<> ')}>" for value in [event.message_id, *told] if isinstance(value, str)]


def _told(values: Any, depth: int = 6) -> Iterator[tuple[str, Any]]:
    """Every name and value, however deep."""
    if not depth:
        return
    if isinstance(values, dict):
        for key, value in values.items():
            yield str(key).lower(), value
            yield from _told(value, depth - 1)
    elif isinstance(values, list):
        for value in values:
            yield from _told(value, depth - 1)


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalpha())
