"""The sentences of a text, without its tables, code and addresses."""

import re
from dataclasses import dataclass
from itertools import pairwise

_END = re.compile(r"[.!?…][\"”“»)]*(\s+)(?=[\"„“«(]*[^\W_])")
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
# After these a point ends no sentence.
_SHORT = re.compile(
    r"\b(?:\w|e\.g|i\.e|etc|vs|approx|no|nr|dr|mr|mrs|ms|st|inc|ltd|co|z\.\s?b|d\.\s?h|u\.\s?a|bzw|ca|ggf|usw|evtl|inkl|zzgl|abs|"
    r"p\.\s?ex|cf|env|sr|sra|ej)\.$",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"(?:^|\s)\d{1,2}\.$")


@dataclass(frozen=True)
class Sentence:
    text: str

    @property
    def words(self) -> list[str]:
        return _WORD.findall(self.text)

    def beginning(self, most: int = 60) -> str:
        return self.text if len(self.text) <= most else self.text[:most].rsplit(" ", 1)[0] + " …"


def sentences_of(tokens) -> list[Sentence]:
    """Of paragraphs and of items in lists; a heading is none."""
    return [sentence for block in _blocks(tokens) for sentence in split_sentences(block)]


def split_sentences(text: str) -> list[Sentence]:
    found: list[str] = []
    for piece in _pieces(" ".join(text.split())):
        if found and (_SHORT.search(found[-1]) or _ORDINAL.search(found[-1])):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return [Sentence(piece) for piece in found if _WORD.search(piece)]


def _pieces(text: str) -> list[str]:
    edges = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    return [text[begin:end].strip() for begin, end in pairwise(edges)]


def _blocks(tokens):
    skipped, heading = 0, False
    for token in tokens:
        if token.type in ("table_open", "table_close"):
            skipped += token.nesting
        elif token.type in ("heading_open", "heading_close"):
            heading = token.nesting == 1
        elif token.type == "inline" and not skipped and not heading:
            yield "".join(_text(child) for child in token.children or [])


def _text(token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return token.content if token.type in ("text", "code_inline") else ""
