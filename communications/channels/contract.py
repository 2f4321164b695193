"""What every way of sending mail offers, be it SMTP or a provider's own interface.

    with mail_channel() as channel:
        for contact_id, outcome in channel.hand_over(mails, journal):
            …

The channel takes mails from the iterator only as fast as it can hand them over, none where it has no connection: what it has not
taken stays with the caller. Every mail that it took gets exactly one outcome, in any order, one by one or in batches; nothing that
a network or a server can do is raised. It tells the journal `begin` before anything of a few messages leaves that could make the
other side accept them, and `end` as soon as it knows what became of one: what was begun and not ended is in doubt after a crash."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from communications.channels.outcomes import Outcome
from communications.models import DeliveryState


@dataclass(frozen=True, eq=False)
class SharedMail:
    """What is the same for many, with marks where it differs (`communications.rendering.mime.hole`)."""

    sender: str
    reply_to: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]


class Personal(NamedTuple):
    """One person's part of a shared mail: a value for each of its marks, and by what the provider names the mail to us again."""

    shared: SharedMail
    name: str
    values: dict[str, str]
    token: str


class Mail(NamedTuple):
    """`sender` is the envelope's: where it comes back to. `message` is the whole of it, its lines ending in CRLF; a channel that
    `wants_parts` gets `personal` instead where there is one."""

    contact_id: int
    sender: str
    address: str
    message: bytes
    personal: Personal | None = None


class Witness(Protocol):
    """Whoever keeps note of what is on the wire; for deliveries, a `Journal`. Ends are kept by the next `begin` or `write`."""

    def begin(self, contact_ids: Collection[int]) -> None: ...

    def end(self, contact_id: int, outcome: Outcome) -> None: ...

    def write(self) -> None: ...


class MailChannel(Protocol):
    wants_parts: bool

    def hand_over(self, mails: Iterable[Mail], journal: Witness) -> Iterator[tuple[int, Outcome]]: ...


class NobodyAsks:
    """The journal of a mail that is no delivery, such as a test or a reminder."""

    def begin(self, contact_ids: Collection[int]) -> None:
        pass

    def end(self, contact_id: int, outcome: Outcome) -> None:
        pass

    def write(self) -> None:
        pass


def hand_over_one(channel: MailChannel, sender: str, address: str, message: bytes) -> Outcome:
    """One mail that is no delivery. Where no connection can be had for it just now, it is put off."""
    for _number, outcome in channel.hand_over([Mail(0, sender, address, message)], NobodyAsks()):
        return outcome
    return Outcome(DeliveryState.DEFERRED, "all connections to the mail server are in use")
