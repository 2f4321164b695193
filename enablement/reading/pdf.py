"""Paragraphs of a PDF. It knows only where letters stand, so lines are joined by their distance, size and ends."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

import pypdfium2
import pypdfium2.raw as raw
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from enablement.reading.passages import Cutter, Reading, in_one_line

PAGES_AT_MOST = 2000
CHARACTERS_AT_MOST = 5_000_000
_DIVISIONS = "\u00ad\ufffe\x02"  # a word goes on in the next line
_PAGE_NUMBER = re.compile(r"(?:page|seite|p\.|s\.)?\s*\d{1,4}(?:\s*(?:/|of|von)\s*\d{1,4})?", re.I)
_BULLET = re.compile(r"(?:[•◦▪‣·–—*-]|\(?\d{1,2}[.)]|[a-z]\))\s+")
_SIGN = re.compile(r"^[•◦▪‣·–—*-]\s+")
_ENDS = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_UNTITLED = re.compile(r"untitled|anonymous|microsoft word.*|.*\.(docx?|odt|indd|pdf|tmp)|\(?unspecified\)?", re.I)


@dataclass
class Line:
    text: str
    left: float
    right: float
    top: float
    bottom: float
    cells: list[str]
    page: int
    is_bold: bool

    @property
    def height(self) -> float:
        return self.top - self.bottom


def read_pdf(content: bytes) -> Reading:
    """`Invalid` where it cannot be opened: broken, or behind a password."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        sentence = _("It asks for a password. Save it without one.") if locked else _("It is broken and cannot be opened.")
        raise Invalid(sentence, code="unreadable", field="file") from None
    try:
        pages = _pages(document)
        title = in_one_line(document.get_metadata_dict().get("Title", ""))
    finally:
        document.close()
    return _cut(pages, "" if _UNTITLED.fullmatch(title) else title)


def _pages(document) -> list[list[Line]]:
    pages, left = [], CHARACTERS_AT_MOST
    for number in range(min(len(document), PAGES_AT_MOST)):
        page = document[number]
        try:
            lines = list(_lines(page.get_textpage(), number + 1))
        except pypdfium2.PdfiumError:  # one broken page does not lose the others
            lines = []
        finally:
            page.close()
        left -= sum(len(line.text) for line in lines)
        if left < 0:
            break
        pages.append(lines)
    return _without_margins(pages)


def _lines(textpage, page: int) -> Iterator[Line]:
    """Letters up to where the line breaks, in the order in which the file has them."""
    letters: list[tuple[int, str]] = []
    for index in range(textpage.count_chars()):
        letter = chr(raw.FPDFText_GetUnicode(textpage.raw, index))
        if letter in "\r\n":
            yield from _line(textpage, letters, page)
            letters = []
        elif letter != "\0" and letter not in _DIVISIONS:
            letters.append((index, letter))
    yield from _line(textpage, letters, page)


def _line(textpage, letters: list[tuple[int, str]], page: int) -> Iterator[Line]:
    """With its cells: what stands far apart in it."""
    words = "".join(letter for _index, letter in letters)
    spans = list(re.finditer(r"\S+", words))
    if not spans:
        return
    boxes = [
        (textpage.get_charbox(letters[span.start()][0], loose=True), textpage.get_charbox(letters[span.end() - 1][0], loose=True))
        for span in spans
    ]
    sizes = sorted((first[3] - first[1], first[1]) for first, _last in boxes)
    height, bottom = sizes[len(sizes) // 2]  # that of most words: a bullet may be of another font
    cells = [spans[0].group()]
    for number, span in enumerate(spans[1:], start=1):
        if boxes[number][0][0] - boxes[number - 1][1][2] > height * 0.8:
            cells.append(span.group())
        else:
            cells[-1] += f" {span.group()}"
    index = letters[spans[0].start()][0]
    yield Line(
        text=" ".join(cells), left=boxes[0][0][0], right=boxes[-1][1][2], top=bottom + height, bottom=bottom, cells=cells,
        page=page,
        is_bold=raw.FPDFText_GetFontWeight(textpage.raw, index) >= 600,
    )  # fmt: skip


def _without_margins(pages: list[list[Line]]) -> list[list[Line]]:
    """Without numbers of pages, and without what stands at the top or foot of most pages."""
    edges = Counter(word for lines in pages for word in {_same_on_each(line) for line in [*lines[:2], *lines[-2:]]})
    often = {word for word, count in edges.items() if count >= 3 and count * 2 > len(pages)}
    kept = []
    for lines in pages:
        at_edge = {id(line) for line in [*lines[:2], *lines[-2:]]}
        kept.append([
            line for line in lines
            if not (id(line) in at_edge and (_same_on_each(line) in often or _PAGE_NUMBER.fullmatch(line.text)))
        ])  # fmt: skip
    return kept


def _same_on_each(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _cut(pages: list[list[Line]], title: str) -> Reading:
    lines = [line for page in pages for line in page]
    if not lines:
        return Reading(title)
    shape = _Shape(lines)
    cutter = Cutter()
    held: list[Line] = []
    items: list[list[str]] = []

    def put(*, ends_list: bool = True) -> None:
        if held and _BULLET.match(held[0].text):
            cutter.page = cutter.page if items else held[0].page
            items.append([_SIGN.sub("- ", _joined(held))])
            held.clear()
        if items and (ends_list or held):
            cutter.items(items)
            items.clear()
        if held:
            cutter.page = held[0].page
            cutter.paragraph(_joined(held))
            held.clear()

    rows = _tables(lines)
    number = 0
    while number < len(lines):
        line = lines[number]
        if number in rows:
            put()
            table, number = rows[number], number + len(rows[number])
            cutter.page = line.page
            cutter.table(table[0].cells, [row.cells for row in table[1:]])
            continue
        if level := shape.heading_level(line, lines[number + 1] if number + 1 < len(lines) else None):
            put()
            last = shape.end_of_heading(lines, number)
            cutter.heading(level, _joined(lines[number : last + 1]))
            number = last
        else:
            if held and shape.begins_anew(held[-1], line):
                put(ends_list=False)
            held.append(line)
        number += 1
    put()
    found = cutter.reading()
    return Reading(found.title or title, found.passages, {"title": title} if title else {})


class _Shape:
    """What is usual in this file: the size of its text, the distance of its lines, where they end."""

    def __init__(self, lines: list[Line]) -> None:
        self.size = median([line.height for line in lines for _letter in line.text[::8]])
        steps = [
            above.bottom - line.bottom
            for above, line in zip(lines, lines[1:], strict=False)
            if line.page == above.page and 0 < above.bottom - line.bottom < 4 * self.size
        ]
        self.step = _usual(steps) if steps else self.size * 1.3
        self.right = sorted(line.right for line in lines)[int(len(lines) * 0.9)]
        self.larger = sorted(
            {round(line.height) for line in lines if line.height > self.size * 1.12 and len(line.text) < 150}, reverse=True
        )
        self.is_bold = sum(len(line.text) * (1 if line.is_bold else -1) for line in lines) > 0

    def heading_level(self, line: Line, after: Line | None) -> int:
        """Larger than the text, the largest highest; or bold, short, on a line of its own and without an end."""
        if len(line.text) >= 150 or len(line.cells) > 1 or not re.search(r"[^\W\d_]", line.text):
            return 0
        if round(line.height) in self.larger:
            return min(self.larger.index(round(line.height)) + 1, 6)
        is_title = line.is_bold and not self.is_bold and len(line.text) < 100 and not _ENDS.search(line.text)
        return len(self.larger) + 1 if is_title and not (after and after.is_bold and after.text[:1].islower()) else 0

    def end_of_heading(self, lines: list[Line], number: int) -> int:
        """A heading of two or three lines is one."""
        last = number
        while last + 1 < min(len(lines), number + 3) and round(lines[last].height) in self.larger:
            below = lines[last + 1]
            is_next = below.page == lines[last].page and 0 < lines[last].bottom - below.bottom < below.height * 1.3
            if not is_next or round(below.height) != round(lines[number].height):
                break
            last += 1
        return last

    def begins_anew(self, above: Line, line: Line) -> bool:
        if _BULLET.match(line.text) and not (above.text.endswith(",") and not above.text[0].isalpha()):
            return True
        if line.page != above.page or line.bottom > above.top:  # the next page or column
            return bool(_ENDS.search(above.text)) or line.text[:1].isupper()
        if above.bottom - line.bottom > self.step * 1.25:
            return True
        if abs(line.height - above.height) > 0.25 * self.size:
            return True
        if line.left - above.left > self.size and not _BULLET.match(above.text) and _ENDS.search(above.text):
            return True
        return bool(_ENDS.search(above.text)) and above.right < self.right * 0.8 and line.text[:1].isupper()


def _usual(steps: list[float]) -> float:
    """The distance that occurs most, to half a point."""
    counted = Counter(round(step * 2) / 2 for step in steps)
    return max(counted, key=lambda step: (counted[step], -step))


def _tables(lines: list[Line]) -> dict[int, list[Line]]:
    """By the number of their first line: at least two lines below each other with the same number of cells, two or more."""
    found, number = {}, 0
    while number < len(lines):
        cells = len(lines[number].cells)
        end = number
        while cells >= 2 and end < len(lines) and len(lines[end].cells) == cells and lines[end].page == lines[number].page:
            end += 1
        if end - number >= 3:
            found[number] = lines[number:end]
        number = max(end, number + 1)
    return found


def _joined(lines: list[Line]) -> str:
    """One paragraph. A word divided at the end of a line is one word again; where what follows is a capital it was no division."""
    text = lines[0].text
    for line in lines[1:]:
        divided = re.search(r"[^\W\d_]-$", text) and line.text[:1].islower()
        text = text[:-1] + line.text if divided else f"{text} {line.text}"
    return in_one_line(text)
