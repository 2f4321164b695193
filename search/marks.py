"""Where in a text the words stand that somebody looked for. Pages get pieces of plain text and escape them as any other."""

from dataclasses import dataclass

OPEN, CLOSE = "\x02", "\x03"  # no text has them: the index takes such characters out
BEFORE, SHOWN = 80, 260


@dataclass(frozen=True)
class Piece:
    text: str
    is_marked: bool = False


def marked(text: str, signed: str) -> list[tuple[int, int]]:
    """The places, from the same text with signs in it. In a few alphabets a small letter is longer than its capital; nothing is
    marked there rather than something wrong."""
    places, start, at = [], 0, 0
    for character in signed:
        if character == OPEN:
            start = at
        elif character == CLOSE:
            places.append((start, at))
        else:
            at += 1
    plain = signed.replace(OPEN, "").replace(CLOSE, "")
    return places if plain == text[: len(plain)].lower() else []


def excerpt_of(text: str, places: list[tuple[int, int]]) -> list[Piece]:
    """A few lines from around the first place, in whole words."""
    first = places[0][0] if places else 0
    start = 0 if first <= BEFORE else text.find(" ", first - BEFORE, first) + 1 or first
    end = len(text) if len(text) - start <= SHOWN else max(text.rfind(" ", start, start + SHOWN), start + 1)
    pieces, at = [Piece("… ")] if start else [], start
    for begin, stop in places:
        if at <= begin < end:
            pieces += [Piece(text[at:begin]), Piece(text[begin : min(stop, end)], is_marked=True)]
            at = min(stop, end)
    pieces.append(Piece(text[at:end] + (" …" if end < len(text) else "")))
    return [piece for piece in pieces if piece.text]
