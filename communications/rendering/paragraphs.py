"""The paragraphs of a text for whoever looks for something in it: each under its heading, merge fields left out."""

from collections.abc import Iterator

from communications.rendering.blocks import in_language
from communications.rendering.compiling import tokens_of
from communications.rendering.merge_fields import PATTERN
from communications.rendering.statement_marks import in_markdown
from search.actions.indexing import Paragraph

GAP = "…"
LISTS = ("bullet_list", "ordered_list", "table")


def without_fields(text: str) -> str:
    return PATTERN.sub(GAP, text)


def paragraphs_of(body: str, language: str = "en", heading: str = "") -> Iterator[Paragraph]:
    """A list or a table is one paragraph: its lines say little alone. `heading` stands above the text."""
    with in_language(language):
        tokens = tokens_of(without_fields(in_markdown(body)))
    lines: list[str] = []
    depth, is_heading = 0, False
    for token in tokens:
        if token.type.removesuffix("_open").removesuffix("_close") in LISTS:
            depth += token.nesting
            if not depth and lines:
                yield Paragraph(heading, "\n".join(lines), language)
                lines = []
        elif token.type in ("heading_open", "heading_close"):
            is_heading = token.nesting == 1
        elif token.type == "inline" and is_heading:
            heading = _plain(token)
        elif token.type == "inline":
            lines.append(_plain(token))
            if not depth:
                yield Paragraph(heading, lines.pop(), language)
        elif token.type in ("fence", "code_block"):
            yield Paragraph(heading, token.content, language)


def _plain(token) -> str:
    return "".join(
        " " if child.type in ("softbreak", "hardbreak") else child.content if child.type in ("text", "code_inline") else ""
        for child in token.children or []
    )
