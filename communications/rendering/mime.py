"""A whole message as bytes with holes: headers and quoted-printable parts are written once, each hole is filled for a person.

In a part, a soft line break goes before and after each hole, so that what stands around it never depends on how long a value
is: every line is at most 76 long, whatever is put in."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass

from communications.mail_addresses import on_the_wire

LINE = 75  # and the sign of a soft break
_SOFT_BREAK = b"=\r\n"
_HOLE = re.compile("\ue004([^\ue005]*)\ue005")
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9_](?:[ -<>-~]{0,72}[!-<>-~])?")  # can stand in a line as it is
_PLAIN_WORDS = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ,;:!?'()&%/+.-]{0,58}[A-Za-z0-9!?.)])?")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 '-]{0,58}[A-Za-z0-9])?")
_WORD_BYTES = 42  # of an encoded word, which may be 75 long


def hole(name: str) -> str:
    """Marks a place in a text that is compiled; no author can write one."""
    return f"\ue004{name}\ue005"


def put_into_holes(marked: str, put: Callable[[str], str], *, between: Callable[[str], str] = str) -> str:
    """The text with `put(name)` in place of each mark, and what stands between them as `between` has it."""
    return "".join(put(piece) if number % 2 else between(piece) for number, piece in enumerate(_HOLE.split(marked)))


def names_of_holes(marked: str) -> set[str]:
    return set(_HOLE.findall(marked))


@dataclass(frozen=True)
class Bytes:
    """Pieces, and for each hole the places that its value goes to."""

    pieces: tuple[bytes, ...]
    holes: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def names(self) -> list[str]:
        return [name for name, _places in self.holes]

    def filled(self, values: list[bytes]) -> bytes:
        """A value for each of `names`."""
        pieces = list(self.pieces)
        for (_name, places), value in zip(self.holes, values, strict=True):
            for place in places:
                pieces[place] = value
        return b"".join(pieces)


def joined(*parts: list[bytes | str]) -> Bytes:
    """Parts as `headers` and `quoted_part` make them: bytes as they stand, names of holes as text."""
    pieces: list[bytes] = [b""]
    places: dict[str, list[int]] = {}
    for piece in (piece for part in parts for piece in part):
        if isinstance(piece, bytes):
            pieces[-1] += piece
        else:
            places.setdefault(piece, []).append(len(pieces))
            pieces += [b"", b""]
    return Bytes(tuple(pieces), tuple((name, tuple(found)) for name, found in places.items()))


def as_it_is(marked: str) -> list[bytes | str]:
    """Headers with holes, whose values must be fit to stand there."""
    return [piece if number % 2 else piece.encode() for number, piece in enumerate(_HOLE.split(marked))]


def quoted_part(marked: str, called: Callable[[str], str]) -> list[bytes | str]:
    """A text with holes, quoted-printable. Each is called by a name that tells how its value is quoted here."""
    pieces: list[bytes | str] = []
    for number, piece in enumerate(texts := _HOLE.split(marked)):
        if number % 2:
            pieces.append(called(piece))
            continue
        text = quoted(piece)
        before = _SOFT_BREAK if number else b""
        after = _SOFT_BREAK if number < len(texts) - 1 and not (before + text).endswith(b"\n") and text else b""
        pieces.append(before + text + after)
    return pieces


def quoted_value(value: str) -> bytes:
    return value.encode() if _PLAIN_VALUE.fullmatch(value) else quoted(value)


def quoted(text: str) -> bytes:
    """Quoted-printable, beginning at the start of a line; each line end is one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return b"\r\n".join(_quoted_line(line.encode()) for line in lines)


def _quoted_line(line: bytes) -> bytes:
    written, column = bytearray(), 0
    for number, byte in enumerate(line):
        is_last = number == len(line) - 1
        may_stand = 33 <= byte <= 126 and byte != 61 or byte in (9, 32) and not is_last
        if column + (1 if may_stand else 3) > LINE:
            written += _SOFT_BREAK
            column = 0
        if may_stand and not (byte == 46 and column == 0):  # a dot there means something to a mail server
            written.append(byte)
            column += 1
        else:
            written += b"=%02X" % byte
            column += 3
    return bytes(written)


def words(text: str) -> bytes:
    """A text in a header: as it is, or in encoded words. These, too, are folded here: the standard library loses blanks."""
    text = " ".join(text.split())
    return text.encode() if _PLAIN_WORDS.fullmatch(text) else _encoded(text)


def mailbox(name: str, address: str) -> bytes:
    """`Nora Berg <nora@alpenglow.example>`, however long or foreign the name is."""
    where = f"<{on_the_wire(address) or 'nobody@invalid'}>".encode()
    name = " ".join(name.split())
    if _PLAIN_NAME.fullmatch(name):
        return b"%b\r\n %b" % (name.encode(), where) if len(name) + len(where) > 70 else b"%b %b" % (name.encode(), where)
    if name.isascii() and name.isprintable() and "=?" not in name:
        quoted_name = name.replace("\\", "\\\\").replace('"', '\\"')
        return b'"%b"\r\n %b' % (quoted_name.encode(), where) if name else where
    return b"%b\r\n %b" % (_encoded(name), where)


def _encoded(text: str) -> bytes:
    """Encoded words of whole letters, one on each line."""
    encoded_words, word = [], b""
    for letter in text:
        letter_bytes = letter.encode(errors="replace")
        if len(word) + len(letter_bytes) > _WORD_BYTES:
            encoded_words.append(word)
            word = b""
        word += letter_bytes
    encoded_words.append(word)
    return b"\r\n ".join(b"=?utf-8?b?%b?=" % base64.b64encode(word) for word in encoded_words)
