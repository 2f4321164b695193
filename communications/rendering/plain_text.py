"""The text part of a mail, written from the Markdown's own structure rather than scraped from HTML."""

import textwrap

WIDTH = 78


def as_plain_text(tokens) -> str:
    writer = _Writer()
    for token in tokens:
        writer.take(token)
    return "\n\n".join(block for block in writer.blocks if block.strip()) + "\n"


def opening_of(tokens) -> str:
    """The words of its first paragraph in one line, without the addresses of links and without images; of a text that has nothing
    but headings, the first of them."""
    before, headings = "", []
    for token in tokens:
        if token.type == "inline" and (words := " ".join(_inline_text(token.children or [], with_targets=False).split())):
            if before != "heading_open":
                return words
            headings.append(words)
        before = token.type
    return headings[0] if headings else ""


class _Writer:
    def __init__(self):
        self.blocks: list[str] = []
        self.lists: list[int | None] = []  # the next number of each open list, None for bullets
        self.items: list[str] = []
        self.quotes = 0
        self.heading = ""
        self.row: list[str] | None = None  # the cells of the table row being read

    def take(self, token) -> None:
        handler = getattr(self, f"_{token.type}", None)
        if handler:
            handler(token)

    def _inline(self, token) -> None:
        text = _inline_text(token.children or [])
        if self.row is not None:
            self.row.append(text)
        elif self.heading:
            line = "=" if self.heading == "h1" else "-"
            self.blocks.append(f"{text}\n{line * min(len(text), WIDTH)}")
        elif self.lists:
            self._item(text)
        else:
            self.blocks.append(self._wrapped(text))

    def _item(self, text: str) -> None:
        number = self.lists[-1]
        mark = "-" if number is None else f"{number}."
        indent = "  " * (len(self.lists) - 1)
        self.items.append(_fill(text, f"{indent}{mark} ", indent + " " * (len(mark) + 1)))
        if number is not None:
            self.lists[-1] = number + 1

    def _wrapped(self, text: str) -> str:
        mark = "> " * self.quotes
        return "\n".join(_fill(line, mark, mark) for line in text.split("\n"))

    def _heading_open(self, token) -> None:
        self.heading = token.tag

    def _heading_close(self, _token) -> None:
        self.heading = ""

    def _bullet_list_open(self, _token) -> None:
        self.lists.append(None)

    def _ordered_list_open(self, token) -> None:
        self.lists.append(int(token.attrs.get("start", 1)))

    def _bullet_list_close(self, _token) -> None:
        self.lists.pop()
        if not self.lists:
            self.blocks.append("\n".join(self.items))
            self.items = []

    _ordered_list_close = _bullet_list_close

    def _blockquote_open(self, _token) -> None:
        self.quotes += 1

    def _blockquote_close(self, _token) -> None:
        self.quotes -= 1

    def _fence(self, token) -> None:
        self.blocks.append(textwrap.indent(token.content.rstrip("\n"), "    "))

    _code_block = _fence

    def _hr(self, _token) -> None:
        self.blocks.append("-" * 20)

    def _tr_open(self, _token) -> None:
        self.row = []

    def _tr_close(self, _token) -> None:
        self.items.append(" | ".join(self.row or []))
        self.row = None

    def _table_close(self, _token) -> None:
        self.blocks.append("\n".join(self.items))
        self.items = []


def _fill(text: str, first: str, rest: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False)


def _inline_text(children, *, with_targets: bool = True) -> str:
    text, targets = "", []
    for token in children:
        if token.type in ("text", "code_inline"):
            text += token.content
        elif token.type in ("softbreak", "hardbreak"):
            text += " " if token.type == "softbreak" else "\n"
        elif token.type == "image" and with_targets:
            text += f"[{token.content}: {token.attrs['src']}]"
        elif token.type == "link_open":
            targets.append(str(token.attrs["href"]))
        elif token.type == "link_close" and with_targets:
            text += f" <{targets.pop()}>"
    return text
