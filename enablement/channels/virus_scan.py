"""A virus scanner that speaks clamd's protocol over TCP. Where it does not answer, nothing is called clean."""

import socket
import struct
from contextlib import suppress
from typing import BinaryIO
from urllib.parse import urlsplit

_PIECE = 64 * 1024
SECONDS = 60


_TOO_LARGE = "INSTREAM size limit exceeded"


class NoAnswerError(Exception):
    """The scanner could not be asked, or said neither yes nor no."""


class TooLargeError(NoAnswerError):
    """It looks at no file as large as this one (clamd's `StreamMaxLength`)."""


def virus_in(file: BinaryIO, address: str) -> str:
    """The name of what was found, or nothing where the file is clean."""
    parts = urlsplit(address)
    try:
        with socket.create_connection((parts.hostname, parts.port or 3310), timeout=SECONDS) as connection:
            with suppress(ConnectionError):  # it hangs up in the middle where it has heard enough, and has said why
                _show(file, connection)
            return _read(_answer(connection))
    except OSError as error:
        raise NoAnswerError(str(error)) from error
    finally:
        file.seek(0)


def _show(file: BinaryIO, connection: socket.socket) -> None:
    connection.sendall(b"zINSTREAM\0")
    file.seek(0)
    while piece := file.read(_PIECE):
        connection.sendall(struct.pack("!I", len(piece)) + piece)
    connection.sendall(struct.pack("!I", 0))


def _answer(connection: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < 1000:
        more = connection.recv(1000)
        if not more:
            break
        said += more
    return said.rstrip(b"\0\n").decode(errors="replace")


def _read(said: str) -> str:
    if said == "stream: OK":
        return ""
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        return said.removeprefix("stream: ").removesuffix(" FOUND")
    if said.startswith(_TOO_LARGE):
        raise TooLargeError(said)
    raise NoAnswerError(said or "it hung up")
