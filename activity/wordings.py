"""Two wordings beside each other: what stayed, what was taken out and what was put in, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class Piece:
    """`change` is "same", "added" or "removed"."""

    change: str
    text: str


def changed_words(before: str, after: str) -> Iterator[Piece]:
    old, new = (re.findall(r"\s+|\S+", text) for text in (before, after))
    for change, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = "".join(old[i:j]), "".join(new[k:m])
        if change == "equal":
            yield Piece("same", left)
        else:
            yield from replaced(left, right)


def replaced(left: str, right: str) -> Iterator[Piece]:
    if left:
        yield Piece("removed", left)
    if right:
        yield Piece("added", right)
