"""The paragraphs of a text for whoever looks for something in it: each under its heading, merge fields left out."""

from collections.abc import Iterable, Iterator

from communications.rendering.blocks import in_language
from communications.rendering.compiling import tokens_of
from communications.rendering.merge_fields import PATTERN
from communications.rendering.statement_marks import in_markdown
from search.actions.indexing import Paragraph
from search.tables import row_in_words

GAP = "…"
LISTS = ("bullet_list", "ordered_list")


def without_fields(text: str) -> str:
    return PATTERN.sub(GAP, text)


def paragraphs_of(body: str, language: str = "en", heading: str = "") -> Iterator[Paragraph]:
    """A list is one paragraph: its lines say little alone. Each row of a table is one, with the words of its head, as the library
    reads them. `heading` stands above the text."""
    with in_language(language):
        tokens = tokens_of(without_fields(in_markdown(body)))
    lines: list[str] = []
    depth, is_heading = 0, False
    for kind, nesting, text in _with_rows(tokens):
        if kind in LISTS:
            depth += nesting
            if not depth and lines:
                yield Paragraph(heading, "\n".join(lines), language)
                lines = []
        elif kind == "heading":
            is_heading = nesting == 1
        elif kind == "inline" and is_heading:
            heading = text
        elif kind == "inline" and depth:
            lines.append(text)
        elif kind in ("inline", "fence", "code_block"):
            yield Paragraph(heading, text, language)


def _with_rows(tokens: Iterable) -> Iterator[tuple[str, int, str]]:
    """What each token is, whether it begins (1) or ends (-1), and its words; a row of a table is one, its head in each."""
    head: list[str] = []
    row: list[str] | None = None
    for token in tokens:
        kind = token.type.removesuffix("_open").removesuffix("_close")
        text = _plain(token) if kind == "inline" else token.content
        if kind == "tr":
            if token.nesting < 0 and row and head:
                yield "inline", 0, row_in_words(head, row)
            head, row = head or row or [], [] if token.nesting > 0 else None
        elif row is not None and kind == "inline":
            row.append(text)
        elif kind == "table":
            head = []
        elif row is None:
            yield kind, token.nesting, text


def _plain(token) -> str:
    return "".join(
        " " if child.type in ("softbreak", "hardbreak") else child.content if child.type in ("text", "code_inline") else ""
        for child in token.children or []
    )
