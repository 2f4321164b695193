"""A person's own words in the text of a mail: above, below and between what they answered to."""

from communications.replies.quotations import attribution_ending, headers_at, is_quoted, is_rule, is_separator
from communications.replies.signatures import without_signature

_ROUNDS = 20


def own_words(text: str) -> str:
    """Lines are left out whole and never changed, and what is left is read again until nothing more goes: so the words of a
    person, given in once more, come out as they are."""
    lines = _lines(text)
    for _round in range(_ROUNDS):
        shorter = _without_quotations(lines)
        if len(shorter) == len(lines):
            break
        lines = shorter
    return "\n".join(lines)


def _lines(text: str) -> list[str]:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").removeprefix("\ufeff")
    return _trimmed([line if line == "-- " else line.rstrip() for line in text.split("\n")])


def _without_quotations(lines: list[str]) -> list[str]:
    pieces: list[list[str]] = [[]]
    at = 0
    while at < len(lines):
        beyond = _quotation_at(lines, at, pieces[-1])
        if beyond == at:
            pieces[-1].append(lines[at])
            at += 1
        else:
            at = beyond
            if pieces[-1]:
                pieces.append([])
    return _joined(pieces)


def _quotation_at(lines: list[str], at: int, piece: list[str]) -> int:
    """Where the person's words go on after the quotation that begins at `at`; `at` itself where none does. Takes from `piece`
    the lines above that belong to the quotation."""
    line = lines[at]
    if is_quoted(line):
        _take_back_attribution(lines, at, piece)
        return _end_of_quoted(lines, at)
    if is_separator(line):
        begins = _next_written(lines, at + 1)
        return _after_headers(lines, begins + _headers(lines, begins, announced=True))
    ruled = is_rule(line)
    begins = _next_written(lines, at + 1) if ruled else at
    if (not ruled or begins - at <= 2) and (count := _headers(lines, begins, announced=ruled)):
        return _after_headers(lines, begins + count)
    if (count := attribution_ending(lines, at, quote_follows=False)) and count <= len(piece) + 1:
        if count > 1:
            del piece[1 - count :]
        return _after_headers(lines, at + 1)
    return at


def _take_back_attribution(lines: list[str], at: int, piece: list[str]) -> None:
    """“Anna wrote:” above a quotation, where it says no more than that."""
    above = len(piece)
    while above and not piece[above - 1].strip():
        above -= 1
    if above and len(piece) - above <= 2 and (count := attribution_ending(piece, above - 1, quote_follows=True)):
        del piece[above - count :]


def _headers(lines: list[str], at: int, *, announced: bool) -> int:
    return headers_at(lines, at, announced=announced) if at < len(lines) else 0


def _after_headers(lines: list[str], at: int) -> int:
    """Where what was announced is marked line by line, answers may stand between it; where it is not, all the rest is quoted."""
    begins = _next_written(lines, at)
    return begins if begins < len(lines) and is_quoted(lines[begins]) else len(lines)


def _end_of_quoted(lines: list[str], at: int) -> int:
    while at < len(lines) and is_quoted(lines[at]):
        at += 1
    return at


def _next_written(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _joined(pieces: list[list[str]]) -> list[str]:
    """Answers that stood between quotations are paragraphs of their own."""
    joined: list[str] = []
    for piece in pieces:
        piece = _trimmed(without_signature(piece))
        if piece:
            joined += ["", *piece] if joined else piece
    return joined


def _trimmed(lines: list[str]) -> list[str]:
    first, last = 0, len(lines)
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return lines[first:last]
