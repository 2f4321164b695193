"""Paragraphs of HTML, and of whatever is made into it. What a reader does not see is not read: scripts, menus, hidden elements."""

import re
from html.parser import HTMLParser

from enablement.reading.passages import Cutter, Reading, in_one_line, note_name

_UNREAD = {"script", "style", "nav", "template", "noscript", "svg", "math", "iframe", "object", "select", "button", "textarea"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = {
    "html", "body", "main", "article", "section", "header", "footer", "aside", "div", "p", "blockquote", "pre", "figure",
    "figcaption", "address", "form", "fieldset", "details", "summary", "hr", "dl", "dt", "dd", "ul", "ol", "li", "table", "caption",
    "thead", "tbody", "tfoot", "tr", "td", "th", *_HEADINGS,
}  # fmt: skip
_NOTES = {"title", "summary", "language", "expires", "review", "status"}
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|opacity)\s*:\s*0(?![.\d]*[1-9])", re.I)


def read_html(text: str) -> Reading:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.finish()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.cutter, self.notes = Cutter(), {}
        self._words: list[str] = []
        self._unread, self._unread_depth = "", 0
        self._heading = self._pre = 0
        self._title: list[str] | None = None
        self._term, self._in_term = "", False
        self._lists: list[int] = []  # for each open list its next number; -1 where it has none
        self._items: list[list[str]] = []
        self._begins_item = False
        self._rows: list[list[tuple[str, bool]]] | None = None
        self._tables = 0

    # --- What the parser tells -------------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if self._unread:
            if tag == self._unread:
                self._unread_depth += 1
            if not (self._unread == "p" and tag in _BLOCKS):  # a paragraph ends where the next block begins
                return
            self._unread = ""
        given = dict(attrs)
        if tag not in _VOID and (tag in _UNREAD or _is_unseen(given)):
            self._flush()
            self._unread, self._unread_depth = tag, 1
            return
        if tag in _BLOCKS:
            self._flush()
        getattr(self, f"_begin_{tag}", self._begin_other)(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if self._unread:
            if tag == self._unread:
                self._unread_depth -= 1
                self._unread = self._unread if self._unread_depth else ""
            return
        if tag in _BLOCKS:
            self._flush()
        if tag in _HEADINGS:
            self._heading = 0
        elif tag in ("ul", "ol"):
            self._end_list()
        elif tag == "table":
            self._end_table()
        elif tag == "title":
            self._title, self.notes["title"] = None, in_one_line("".join(self._title or []))
        elif tag == "pre":
            self._pre = max(self._pre - 1, 0)

    def handle_data(self, data: str) -> None:
        if self._unread:
            return
        (self._words if self._title is None else self._title).append(data)

    # --- What begins ------------------------------------------------------------------------------------------------

    def _begin_other(self, tag: str, given: dict) -> None:
        if tag in _HEADINGS:
            self._heading = _HEADINGS[tag]
        elif tag == "br":
            self._words.append("\n")
        elif tag == "pre":
            self._pre += 1

    def _begin_html(self, tag: str, given: dict) -> None:
        if given.get("lang"):
            self.notes["language"] = given["lang"][:2].lower()

    def _begin_title(self, tag: str, given: dict) -> None:
        self._title = []

    def _begin_meta(self, tag: str, given: dict) -> None:
        name = note_name(given.get("name") or "")
        if name in _NOTES and given.get("content"):
            self.notes[name] = in_one_line(given["content"])

    def _begin_dt(self, tag: str, given: dict) -> None:
        self._in_term = True

    def _begin_ul(self, tag: str, given: dict) -> None:
        self._lists.append(-1)

    def _begin_ol(self, tag: str, given: dict) -> None:
        start = given.get("start") or "1"
        self._lists.append(int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 1)

    def _begin_li(self, tag: str, given: dict) -> None:
        self._begins_item = True
        if len(self._lists) < 2:
            self._items.append([])

    def _begin_table(self, tag: str, given: dict) -> None:
        self._tables += 1
        if self._tables == 1:
            self._rows = []

    def _begin_tr(self, tag: str, given: dict) -> None:
        if self._rows is not None and self._tables == 1:
            self._rows.append([])

    def _begin_td(self, tag: str, given: dict) -> None:
        if self._rows is not None and self._tables == 1:
            if not self._rows:
                self._rows.append([])
            self._rows[-1].append(("", tag == "th"))

    _begin_th = _begin_td

    # --- What has been read -----------------------------------------------------------------------------------------

    def _flush(self) -> None:
        raw, self._words = "".join(self._words), []
        text = "\n".join(line.rstrip() for line in raw.strip("\n").splitlines()) if self._pre else in_one_line(raw)
        if not text.strip():
            return
        if self._rows is not None:
            self._into_cell(text)
        elif self._lists:
            self._into_item(text)
        elif self._heading:
            self.cutter.heading(self._heading, text)
        elif self._in_term:
            self._term, self._in_term = text, False
        else:
            self.cutter.paragraph(f"{self._term}: {text}" if self._term else text)
            self._term = ""

    def _into_cell(self, text: str) -> None:
        if self._rows and self._rows[-1]:
            before, is_head = self._rows[-1][-1]
            self._rows[-1][-1] = (f"{before} {text}".strip(), is_head)
        else:
            self.cutter.paragraph(text)  # its caption

    def _into_item(self, text: str) -> None:
        if not self._items:
            self._items.append([])
        number, before = self._lists[-1], "  " * (len(self._lists) - 1)
        if self._begins_item:
            before += "- " if number < 0 else f"{number}. "
            self._lists[-1] += 0 if number < 0 else 1
        self._items[-1].append(before + text)
        self._begins_item = False

    def _end_list(self) -> None:
        if self._lists:
            self._lists.pop()
        if not self._lists:
            items, self._items = self._items, []
            if self._rows is None:
                self.cutter.items(items)

    def _end_table(self) -> None:
        self._tables = max(self._tables - 1, 0)
        if self._tables or self._rows is None:
            return
        rows, self._rows = [row for row in self._rows if row], None
        head = [text for text, _is_head in rows.pop(0)] if rows and all(is_head for _text, is_head in rows[0]) else []
        self.cutter.table(head, [[text for text, _is_head in row] for row in rows])

    def finish(self) -> Reading:
        """Also where the file ends in the middle of something."""
        self._flush()
        self._lists = self._lists[:1]
        self._end_list()
        self._tables = min(self._tables, 1)
        self._end_table()
        return self.cutter.reading(self.notes)


def _is_unseen(given: dict) -> bool:
    return "hidden" in given or given.get("aria-hidden") == "true" or bool(_UNSEEN.search(given.get("style") or ""))
