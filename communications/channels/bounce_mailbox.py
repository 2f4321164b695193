"""The mailbox where mails come back to, by IMAP or by POP. Nothing is removed unless the caller says that it is done with it.

    with open_mailbox(settings.BOUNCE_MAILBOX) as mailbox:
        for key in mailbox.keys():
            content = mailbox.content(key)
            …
            mailbox.remove(key)

What can go wrong with a server or a network is one `MailboxAwayError` with a sentence."""

import imaplib
import poplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _

# A report stands before the mail that it is about; what lies beyond this is not read.
READ_AT_MOST = 2 * 1024 * 1024
_LINES_AT_MOST = 20_000
_FAILURES = (OSError, EOFError, UnicodeEncodeError, imaplib.IMAP4.error, poplib.error_proto)


class MailboxAwayError(Exception):
    pass


class Mailbox(Protocol):
    def keys(self) -> list[str]:
        """What is to be read, oldest first."""

    def content(self, key: str) -> bytes | None:
        """The mail, as far as it is read; None where the server cannot give this one."""

    def has_more(self, key: str) -> bool:
        """Whether its content was not all of it."""

    def remove(self, key: str) -> None: ...

    def keep(self, key: str) -> None:
        """Not to be read again, but still there for a person, where the server can do that."""

    def set_aside(self, key: str) -> None:
        """It could not be taken: not to be read again where the server has marks, and never removed."""

    def close(self) -> None: ...


@contextmanager
def open_mailbox(place) -> Iterator[Mailbox]:
    try:
        mailbox = (ImapMailbox if place.protocol == "imap" else PopMailbox)(place)
        try:
            yield mailbox
        finally:
            with suppress(*_FAILURES):
                mailbox.close()
    except _FAILURES as error:
        raise MailboxAwayError(_in_words(error)) from error


class ImapMailbox:
    """What is not seen is to be read. One of ours is deleted, anything else is marked as seen."""

    def __init__(self, place):
        secure = {"ssl_context": ssl.create_default_context()} if place.is_tls else {}
        client = imaplib.IMAP4_SSL if place.is_tls else imaplib.IMAP4
        self.client = client(place.host, place.port, timeout=settings.EMAIL_TIMEOUT, **secure)
        self.removed: list[str] = []
        self.cut: set[str] = set()
        try:
            if "AUTH=PLAIN" in self.client.capabilities:  # the other way knows no letters beyond ASCII
                self.client.authenticate("PLAIN", lambda _challenge: f"\0{place.user}\0{place.password}".encode())
            else:
                self.client.login(place.user, place.password)
            self._ask(self.client.select('"{}"'.format(place.folder.replace("\\", "\\\\").replace('"', '\\"'))))
            self.can_expunge_some = b"UIDPLUS" in self._ask(self.client.capability())[0].upper()
        except BaseException:
            self.client.shutdown()
            raise

    def keys(self) -> list[str]:
        return (self._ask(self.client.uid("SEARCH", "UNSEEN", "UNDELETED"))[0] or b"").decode().split()

    def content(self, key: str) -> bytes | None:
        """Read without marking it as seen."""
        kind, answer = self.client.uid("FETCH", key, f"(BODY.PEEK[]<0.{READ_AT_MOST}>)")
        pieces = [piece[1] for piece in answer or [] if isinstance(piece, tuple)]
        if kind != "OK" or not pieces:
            return None
        if len(pieces[0]) >= READ_AT_MOST:
            self.cut.add(key)
        return pieces[0]

    def has_more(self, key: str) -> bool:
        return key in self.cut

    def remove(self, key: str) -> None:
        self._ask(self.client.uid("STORE", key, "+FLAGS.SILENT", r"(\Seen \Deleted)"))
        self.removed.append(key)

    def keep(self, key: str) -> None:
        self._ask(self.client.uid("STORE", key, "+FLAGS.SILENT", r"(\Seen)"))

    def set_aside(self, key: str) -> None:
        self.keep(key)

    def close(self) -> None:
        """Where the server lets us, only what we removed is gone, and not what somebody else marked."""
        try:
            if self.removed and self.can_expunge_some:
                self._ask(self.client.uid("EXPUNGE", ",".join(self.removed)))
            elif self.removed:
                self._ask(self.client.expunge())
        finally:
            self.client.logout()

    @staticmethod
    def _ask(answer: tuple[str, list]) -> list:
        kind, values = answer
        if kind != "OK":
            raise imaplib.IMAP4.error(values[0] if values else kind)
        return values


class PopMailbox:
    """A mailbox of its own: all that is read is deleted, since POP has no marks. Deleting holds from the farewell on."""

    def __init__(self, place):
        secure = {"context": ssl.create_default_context()} if place.is_tls else {}
        client = _SecurePop if place.is_tls else _Pop
        self.client = client(place.host, place.port, timeout=settings.EMAIL_TIMEOUT, **secure)
        try:
            self.client.user(place.user)
            self.client.pass_(place.password)
        except BaseException:
            self.client.close()
            raise
        self.sizes: dict[str, int] = {}

    def keys(self) -> list[str]:
        lines = [line.split() for line in self.client.list()[1]]
        self.sizes = {words[0].decode(): int(words[1]) for words in lines if len(words) > 1 and words[1].isdigit()}
        return list(self.sizes)

    def content(self, key: str) -> bytes | None:
        try:
            lines = self.client.top(key, _LINES_AT_MOST)[1] if self.has_more(key) else self.client.retr(key)[1]
        except poplib.error_proto as error:
            if str(error).startswith(("b'-ERR", "-ERR")):
                return None  # this one, and the conversation goes on
            raise
        return b"\r\n".join(lines)[:READ_AT_MOST]

    def has_more(self, key: str) -> bool:
        """By its size: so many short lines may be far fewer bytes."""
        return self.sizes[key] > READ_AT_MOST

    def remove(self, key: str) -> None:
        self.client.dele(key)

    def keep(self, key: str) -> None:
        self.client.dele(key)

    def set_aside(self, key: str) -> None:
        """It stays, and is tried again."""

    def close(self) -> None:
        try:
            self.client.quit()
        finally:
            self.client.close()


class _LongLines:
    """The standard library ends a conversation at a line of 2,048 characters, which many a mail has. What no line should have,
    is left out."""

    def _getline(self) -> tuple[bytes, int]:
        line = piece = self.file.readline(READ_AT_MOST)
        while piece and not piece.endswith(b"\n"):
            piece = self.file.readline(READ_AT_MOST)
        if not piece:
            raise EOFError(_("the mailbox hung up."))
        return line.rstrip(b"\r\n"), len(line)


class _Pop(_LongLines, poplib.POP3): ...


class _SecurePop(_LongLines, poplib.POP3_SSL): ...


def _in_words(error: BaseException) -> str:
    """Without names or passwords: servers repeat none of them."""
    if isinstance(error, TimeoutError):
        return _("the mailbox does not answer.")
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("its certificate is not valid: %(why)s.") % {"why": error.verify_message}
    if isinstance(error, UnicodeEncodeError):
        return _("it takes no letters beyond ASCII in a name or a password.")
    if isinstance(error, ConnectionRefusedError):
        return _("nobody listens there.")
    said = error.args[0] if error.args else ""
    said = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(error)
    return "".join(letter for letter in " ".join(said.split()) if letter.isprintable())[:200] or type(error).__name__
