"""One SMTP connection that does not wait: several are driven by one thread, see `email.py`.

The standard library's client opens it, so that STARTTLS, AUTH and their errors stay. From there on replies are read as they
come. Where the server offers PIPELINING (RFC 2920), the envelope of the next mail travels with the content of the one
before: one round trip a mail. Content is only sent after the server has asked for it, and of at most one mail at a time is
the content unanswered; so at most one mail of a connection can be in doubt."""

import contextlib
import re
import smtplib
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable
from enum import Enum, auto

from django.conf import settings

from communications.bounces.severity import Severity, severity_of, status_in
from communications.channels.contract import Mail, Witness
from communications.channels.outcomes import DELIVERED, Outcome
from communications.channels.places import Place
from communications.mail_addresses import on_the_wire
from communications.models import DeliveryState

# A server that answers so to a recipient speaks of the address, unless its words blame the sender or the moment.
_NOBODY_THERE = (550, 551, 553)
_CLOSING = 421
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
_READ_BYTES = 65536
_MAILS_A_CONNECTION = 2000

Settled = list[tuple[int, Outcome]]


class ConnectionLostError(Exception):
    """The connection is gone, or is to be given up."""


class Step(Enum):
    """What the server still owes us an answer to."""

    RESET = auto()
    SENDER = auto()
    RECIPIENT = auto()
    DATA = auto()
    CONTENT = auto()
    NOTHING = auto()  # a lone dot: it asked for content although it had refused the recipient


class Session:
    def __init__(self, place: Place):
        self.place = place
        self.is_wanted_elsewhere = False  # it ends with the mail that is on it
        self.client = _opened()
        self.socket: socket.socket = self.client.sock
        # Small commands must not wait for more to send.
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self._is_encrypted = isinstance(self.socket, ssl.SSLSocket)
        self.is_pipelining = self.client.has_extn("pipelining")
        self.envelope: Mail | None = None  # whose sender and recipient are being told
        self.content: Mail | None = None  # whose content is out, unanswered
        self.taken = 0
        self.answered_in: list[float] = []  # seconds from the content of a mail to the answer
        self._asked_at = 0.0
        self.deadline = 0.0
        self._refusal: Outcome | None = None
        self.is_asked_for_content = False  # of the mail whose envelope was told
        self._must_reset = False
        self._to_send: deque[tuple[Step, bytes]] = deque()
        self._unanswered: deque[Step] = deque()
        self._out = b""
        self._in = b""
        self._words: list[bytes] = []

    @property
    def is_idle(self) -> bool:
        return self.envelope is None and self.content is None

    @property
    def is_new(self) -> bool:
        """It has not taken anything yet, so that a loss is not for its age."""
        return self.taken == 0

    @property
    def is_worn(self) -> bool:
        """It has taken as many as one connection should, or somebody else needs its place."""
        return self.is_wanted_elsewhere or self.taken >= _MAILS_A_CONNECTION

    @property
    def is_stuck(self) -> bool:
        """The server takes no more at the moment."""
        return bool(self._out)

    def has_hung_up(self) -> bool:
        """Asked of an idle connection: whatever there is to read can only be the server's goodbye."""
        try:
            self.socket.recv(1)
        except _NOT_NOW:
            return False
        except OSError:
            pass
        return True

    def take(self, mail: Mail) -> None:
        """Tell the envelope of a mail, now or together with the content before it."""
        self.envelope, self._refusal = mail, None
        if self._must_reset:
            self._must_reset = False
            self._to_send.append((Step.RESET, b"RSET\r\n"))
        self._to_send.append((Step.SENDER, b"MAIL FROM:<%b>\r\n" % on_the_wire(mail.sender).encode()))
        self._to_send.append((Step.RECIPIENT, b"RCPT TO:<%b>\r\n" % on_the_wire(mail.address).encode()))
        self._to_send.append((Step.DATA, b"DATA\r\n"))

    def take_content(self, next_mail: Callable[[], Mail | None]) -> None:
        """What the server has asked for, once it is noted that it goes; with it the envelope of the next mail."""
        self.content, self.envelope, self.is_asked_for_content = self.envelope, None, False
        self._asked_at = time.monotonic()
        self._to_send.append((Step.CONTENT, _with_dots(self.content.message)))
        if self.is_pipelining and not self.is_worn and (following := next_mail()) is not None:
            self.take(following)

    def send(self) -> None:
        """As much as may go now. Without pipelining each command waits for the answer to the one before."""
        lines = [self._out]
        while self._to_send and (self.is_pipelining or not self._unanswered):
            step, line = self._to_send.popleft()
            lines.append(line)
            self._unanswered.append(step)
        self._out = b"".join(lines)
        if not self._out:
            return
        try:
            sent = self.socket.send(self._out)
        except _NOT_NOW:
            return
        except OSError as error:
            raise ConnectionLostError(str(error)) from error
        self._out = self._out[sent:]
        self.deadline = time.monotonic() + settings.EMAIL_TIMEOUT

    def receive(self, journal: Witness, settled: Settled) -> None:
        """Act on what the server has answered. What that settles is put into `settled`, also when the connection is lost."""
        while self._read():
            *lines, self._in = self._in.split(b"\n")
            for line in lines:
                self._words.append(line[4:])
                if line[3:4] != b"-":
                    words, self._words = self._words, []
                    self._answered(_code(line), words, journal, settled)
            if not self._is_encrypted:  # there one record may be read and another wait, which no selector would tell
                return

    def give_up(self, why: str, journal: Witness, settled: Settled) -> Mail | None:
        """Leave a connection that is lost. A mail whose content was out may have been taken: only a person can decide whether
        to send it again. Returns the mail whose content was not out."""
        self.client.close()
        self.place.give_back()
        waiting, self.envelope = self.envelope, None
        if self.content is not None:
            self._settle(self.content, Outcome(DeliveryState.IN_DOUBT, f"connection lost while it was handed over: {why}"),
                         journal, settled)  # fmt: skip
            self.content = None
        return waiting

    def close(self) -> None:
        """Take leave of the server, if it still listens."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if self.is_idle and not self._out:
                self.socket.settimeout(1)
                self.client.quit()
        self.client.close()
        self.place.give_back()

    def _read(self) -> bool:
        try:
            data = self.socket.recv(_READ_BYTES)
        except _NOT_NOW:
            return False
        except OSError as error:
            raise ConnectionLostError(str(error)) from error
        if not data:
            raise ConnectionLostError("the server closed it")
        self._in += data
        self.deadline = time.monotonic() + settings.EMAIL_TIMEOUT
        return True

    def _answered(self, code: int, words: list[bytes], journal: Witness, settled: Settled) -> None:
        if not self._unanswered:
            raise ConnectionLostError(_said(code, words))  # a goodbye
        step = self._unanswered.popleft()
        match step:
            case Step.CONTENT:
                outcome = DELIVERED if code == 250 else _refusal(code, words)
                mail, self.content = self.content, None
                self.taken += 1
                self.answered_in.append(time.monotonic() - self._asked_at)
                self._settle(mail, outcome, journal, settled)
            case Step.SENDER if code != 250:
                self._refused(_refusal(code, words), journal, settled)
            case Step.RECIPIENT if code not in (250, 251):
                self._refused(_refusal(code, words, is_of_recipient=True), journal, settled)
            case Step.DATA if code == 354:
                self.is_asked_for_content = self._refusal is None
                if self._refusal is not None:
                    self._to_send.append((Step.NOTHING, b".\r\n"))
            case Step.DATA | Step.NOTHING:
                self._refused(_refusal(code, words), journal, settled, is_last=True)
        if code == _CLOSING:
            if step is not Step.CONTENT and self.is_new:
                self._refused(_refusal(code, words), journal, settled, is_last=True)
            raise ConnectionLostError(_said(code, words))

    def _refused(self, refusal: Outcome, journal: Witness, settled: Settled, *, is_last: bool = False) -> None:
        """The first refusal counts. With pipelining its commands are all out already, and their answers have to be read."""
        self._refusal = self._refusal or refusal
        self._must_reset = True
        if self.envelope is not None and (is_last or not self.is_pipelining):
            self._to_send.clear()
            mail, self.envelope = self.envelope, None
            self._settle(mail, self._refusal, journal, settled)

    @staticmethod
    def _settle(mail: Mail, outcome: Outcome, journal: Witness, settled: Settled) -> None:
        journal.end(mail.contact_id, outcome)
        settled.append((mail.contact_id, outcome))


def can_be_told(mail: Mail) -> bool:
    """Both its addresses can be said in SMTP."""
    return bool(on_the_wire(mail.address) and on_the_wire(mail.sender).encode())


def _opened() -> smtplib.SMTP:
    """Over TLS only to whom the certificate says that they are the server, else anybody in between is told the password: what the
    library does by itself does not look."""
    server = settings.EMAIL_HOST, settings.EMAIL_PORT
    if settings.EMAIL_USE_SSL:
        client: smtplib.SMTP = smtplib.SMTP_SSL(*server, timeout=settings.EMAIL_TIMEOUT, context=ssl.create_default_context())
    else:
        client = smtplib.SMTP(*server, timeout=settings.EMAIL_TIMEOUT)
    try:
        if settings.EMAIL_USE_TLS:
            client.starttls(context=ssl.create_default_context())
        if settings.EMAIL_HOST_USER:
            client.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        client.ehlo_or_helo_if_needed()
    except BaseException:
        client.close()
        raise
    return client


def _with_dots(message: bytes) -> bytes:
    """The content as it goes over the wire: a dot at the beginning of a line is doubled, a lone one ends it."""
    if message[:1] == b"." or b"\n." in message:
        message = re.sub(rb"(?m)^\.", b"..", message)
    return message + (b".\r\n" if message.endswith(b"\r\n") else b"\r\n.\r\n")


def _code(line: bytes) -> int:
    try:
        return int(line[:3])
    except ValueError:
        raise ConnectionLostError(f"the server said {line[:80]!r}, which is no answer") from None


def _said(code: int, words: list[bytes]) -> str:
    return f"{code} {' '.join(b' '.join(words).decode(errors='replace').split())}"


def _refusal(code: int, words: list[bytes], *, is_of_recipient: bool = False) -> Outcome:
    state, said = DeliveryState.FAILED if 500 <= code < 600 else DeliveryState.DEFERRED, _said(code, words)
    speaks_of_address = is_of_recipient and code in _NOBODY_THERE
    return Outcome(state, said, speaks_of_address and severity_of(status_in(said) or "5.0.0", said) == Severity.HARD)
