"""SMTP, one connection kept open. On top of the standard library's client, so that STARTTLS, AUTH and its errors stay."""

import smtplib
import socket
from collections.abc import Iterable, Iterator

from django.conf import settings

from communications.channels.contract import Mail, Witness
from communications.channels.outcomes import DELIVERED, Outcome
from communications.models import DeliveryState

# A server that answers so says something about the address, not about the message.
_NOBODY_THERE = (550, 551, 553)
_MESSAGES_A_CONNECTION = 500


class Connection:
    """Opens at the first message, again after a loss, and afresh after so many messages."""

    def __init__(self):
        self.server: smtplib.SMTP | None = None
        self.sent = 0

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_error) -> None:
        self.close()

    def hand_over(self, mails: Iterable[Mail], journal: Witness) -> Iterator[tuple[int, Outcome]]:
        for mail in mails:
            journal.begin(mail.contact_id)
            outcome = self._send(mail.sender, mail.address, mail.message)
            journal.end(mail.contact_id, outcome)
            yield mail.contact_id, outcome

    def _send(self, sender: str, address: str, message: bytes) -> Outcome:
        try:
            self._open()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome(DeliveryState.DEFERRED, f"no connection to the mail server: {error}")
        try:
            refusal = self._envelope(sender, address)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome(DeliveryState.DEFERRED, f"connection lost before the message: {error}")
        return refusal or self._data(message)

    def close(self) -> None:
        server, self.server = self.server, None
        if server is None:
            return
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()

    def _open(self) -> None:
        if self.server is not None and self.sent < _MESSAGES_A_CONNECTION:
            return
        self.close()
        kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
        server = kind(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=settings.EMAIL_TIMEOUT)
        if settings.EMAIL_USE_TLS:
            server.starttls()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        server.ehlo_or_helo_if_needed()
        # Small commands must not wait for more to send.
        server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.server, self.sent = server, 0

    def _envelope(self, sender: str, address: str) -> Outcome | None:
        """None when the server takes sender and recipient, else its refusal."""
        code, words = self.server.mail(sender)
        if code == 250:
            code, words = self.server.rcpt(address)
            if code in (250, 251):
                return None
            refuses_address = code in _NOBODY_THERE
        else:
            refuses_address = False
        self._reset(code)
        return _refusal(code, words, refuses_address=refuses_address)

    def _data(self, message: bytes) -> Outcome:
        try:
            code, words = self.server.data(message)
        except smtplib.SMTPDataError as error:
            self._reset(error.smtp_code)
            return _refusal(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            # The message may have been taken: only a person can decide whether to send it again.
            self.close()
            return Outcome(DeliveryState.IN_DOUBT, f"connection lost while the message was handed over: {error}")
        self.sent += 1
        if code == 250:
            return DELIVERED
        self._reset(code)
        return _refusal(code, words)

    def _reset(self, code: int) -> None:
        if code == 421:  # the server is closing the connection
            self.close()
            return
        try:
            self.server.rset()
        except (OSError, smtplib.SMTPException):
            self.close()


def _refusal(code: int, words: bytes | str, *, refuses_address: bool = False) -> Outcome:
    text = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    state = DeliveryState.FAILED if 500 <= code < 600 else DeliveryState.DEFERRED
    return Outcome(state, f"{code} {' '.join(text.split())}", refuses_address)
