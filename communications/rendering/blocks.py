"""Blocks in a text: what stands between `::: name` and `:::` is drawn as one. They are described in docs/writing.md.

    ::: note                ::: facts                    ::: dates                    ::: button
    Anything, in Markdown.  Discount: 10 % → 12 %        2030-05-01: Orders close     [Register](https://…)
    :::                     :::                          :::                          :::

A block becomes ordinary pieces of Markdown (a quotation, a table, a link) with a class, so that mail, portal and the plain text
draw it by the rules they have for those. An unknown name is a refusal: nothing is drawn half."""

import re
from datetime import date

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from activity.refusals import Invalid

CALLOUTS = ("note", "tip", "warning")
NAMES = (*CALLOUTS, "facts", "dates", "button")
CLASSES = {"blockquote": {"callout", *CALLOUTS}, "table": {"facts", "dates"}, "p": {"button-row"}, "a": {"button"}, "td": {"was"}}
_FENCE = re.compile(r":::[ \t]*(\w*)[ \t]*")
_ROW = re.compile(r"(.+?):(?:[ \t]+(.*))?")
_ARROW = re.compile(r"[ \t]*(?:→|->)[ \t]*")


def use_blocks(markdown: MarkdownIt) -> MarkdownIt:
    markdown.block.ruler.before("fence", "partnerhub_block", _block, {"alt": ["paragraph", "blockquote", "list"]})
    return markdown


def _block(state, start: int, end: int, silent: bool) -> bool:
    opening = _FENCE.fullmatch(_line(state, start))
    if opening is None or state.is_code_block(start):
        return False
    if silent:
        return True
    name = opening.group(1)
    if name not in NAMES:
        raise _refused(_("There is no block “%(name)s”. Known are: %(known)s.") % {"name": name, "known": ", ".join(NAMES)})
    last = _closing(state, start, end)
    if last is None:
        raise _refused(_("The block “%(name)s” has no end. Write ::: on a line of its own below it.") % {"name": name})
    _write(state, name, start + 1, last)
    state.line = last + 1
    return True


def _closing(state, start: int, end: int) -> int | None:
    """The line that ends it. Blocks stand beside each other, never in one another."""
    return next((line for line in range(start + 1, end) if _line(state, line).strip() == ":::"), None)


def _line(state, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _write(state, name: str, first: int, last: int) -> None:
    if name in CALLOUTS:
        _callout(state, name, first, last)
    elif name == "button":
        _button(state, first, last)
    else:
        lines = [line for number in range(first, last) if (line := _line(state, number).strip())]
        _table(state, name, [_cells(name, line) for line in lines])


def _callout(state, name: str, first: int, last: int) -> None:
    state.push("blockquote_open", "blockquote", 1).attrSet("class", f"callout {name}")
    before, state.lineMax = state.lineMax, last
    state.md.block.tokenize(state, first, last)
    state.lineMax = before
    state.push("blockquote_close", "blockquote", -1)


def _button(state, first: int, last: int) -> None:
    text = " ".join(_line(state, number).strip() for number in range(first, last)).strip()
    if not re.fullmatch(r"\[[^\]]+\]\([^()\s]+\)", text):
        raise _refused(_("A button is one link, such as [Register](https://…)."))
    state.push("paragraph_open", "p", 1).attrSet("class", "button-row")
    inline = _inline(state, text)
    inline.meta["is_button"] = True
    state.push("paragraph_close", "p", -1)


def _cells(name: str, line: str) -> list[str]:
    row = _ROW.fullmatch(line)
    if row is None or not row.group(2):
        example = "2030-05-01: Orders close" if name == "dates" else "Discount: 10 % → 12 %"
        raise _refused(
            _("“%(line)s” is no line of such a block. Write it as in: %(example)s.") % {"line": line[:60], "example": example}
        )
    if name == "dates":
        return [_day(row.group(1)), row.group(2)]
    return [row.group(1), *_ARROW.split(row.group(2), maxsplit=1)]


def _day(text: str) -> str:
    """As the language of the text writes it; whoever compiles says which one that is."""
    try:
        return date_format(date.fromisoformat(text), "DATE_FORMAT")
    except ValueError:
        raise _refused(_("“%(text)s” is no date. Write the year first, as in 2030-05-01.") % {"text": text[:40]}) from None


def _table(state, name: str, rows: list[list[str]]) -> None:
    """The first column is the head of its row; what changes has what it was, then what it will be."""
    state.push("table_open", "table", 1).attrSet("class", name)
    state.push("tbody_open", "tbody", 1)
    for head, *values in rows:
        state.push("tr_open", "tr", 1)
        _cell(state, "th", head)
        for number, value in enumerate(values):
            cell = _cell(state, "td", value if number == 0 else f"→ {value}")
            if len(values) == 2 and number == 0:
                cell.attrSet("class", "was")
            elif len(values) == 1:
                cell.attrSet("colspan", "2")
        state.push("tr_close", "tr", -1)
    state.push("tbody_close", "tbody", -1)
    state.push("table_close", "table", -1)


def _cell(state, tag: str, text: str) -> Token:
    opening = state.push(f"{tag}_open", tag, 1)
    _inline(state, text)
    state.push(f"{tag}_close", tag, -1)
    return opening


def _inline(state, text: str) -> Token:
    token = state.push("inline", "", 0)
    token.content, token.children, token.map = text, [], [0, 0]
    return token


def mark_buttons(tokens) -> None:
    """The links of button blocks, once their insides are read."""
    for token in tokens:
        if token.type == "inline" and token.meta.get("is_button"):
            for child in token.children or []:
                if child.type == "link_open":
                    child.attrSet("class", "button")


def in_language(language: str):
    """Dates in blocks are written in this language."""
    return translation.override(language)


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, code="bad_block", field="body")
