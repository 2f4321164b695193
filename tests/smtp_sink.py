"""A real SMTP server in a thread, which keeps what it takes and can be told to be difficult."""

import re
import socket
import ssl
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

    def link(self, address: str, path: str) -> str:
        """What of this path they were sent, in whichever of the mails that they got."""
        texts = "".join(mail.get_body(("plain",)).get_content() for recipient, mail in self.mails if recipient == address)
        return re.search(rf"{path}[\w-]+/", texts).group()


class SinkController(Controller):
    """It listens from the moment it is made, so that nobody else can take its port."""

    def __init__(self, sink, port: int = 0, **options):
        self.listener = socket.create_server(("127.0.0.1", port))
        port = self.listener.getsockname()[1]
        super().__init__(sink, hostname="127.0.0.1", port=port, server_hostname="mail.example", ready_timeout=60, **options)

    def _create_server(self):
        return self.loop.create_server(self._factory_invoker, sock=self.listener, ssl=self.ssl_context)

    def _trigger_server(self):
        """It is ready once somebody was greeted."""
        with socket.create_connection((self.hostname, self.port)) as caller:
            if self.ssl_context is not None:
                caller = ssl._create_unverified_context().wrap_socket(caller)  # noqa: S323 - to ourselves
            caller.recv(1024)


def start_sink(port: int = 0) -> tuple[Sink, Controller]:
    sink = Sink()
    controller = SinkController(sink, port)
    controller.start()
    return sink, controller
