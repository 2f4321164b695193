"""A real SMTP server in a thread, which keeps what it takes and can be told to be difficult."""

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller


@dataclass
class Sink:
    """`mails` are (recipient, message) in the order taken, `senders` (recipient, envelope's sender).
    `on_recipient` and `on_data` may return an answer to refuse with."""

    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    senders: list[tuple[str, str]] = field(default_factory=list)
    on_recipient: Callable[[str], str | None] = lambda _address: None
    on_data: Callable[[str], str | None] = lambda _address: None

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        if answer := self.on_recipient(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if answer := self.on_data(envelope.rcpt_tos[0]):
            return answer
        message = message_from_bytes(envelope.original_content, policy=default)
        self.mails += [(address, message) for address in envelope.rcpt_tos]
        self.senders += [(address, envelope.mail_from) for address in envelope.rcpt_tos]
        return "250 OK"

    @property
    def recipients(self) -> list[str]:
        return [address for address, _message in self.mails]

    def to(self, address: str) -> EmailMessage:
        return next(message for recipient, message in self.mails if recipient == address)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_sink(port: int = 0) -> tuple[Sink, Controller]:
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=port or _free_port())
    controller.start()
    return sink, controller
