"""Paragraphs of Markdown, of plain text and of tables in text, and how bytes become text."""

import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from html import escape
from io import StringIO
from itertools import islice

from markdown_it import MarkdownIt

from enablement.reading.html import read_html
from enablement.reading.passages import ROWS_AT_MOST, Cutter, Reading, in_one_line, note_name

_markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_NOTE = re.compile(r"(\w[\w -]*?)[ \t]*:[ \t]*(.*)")
_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?([\w-]{1,40})", re.I)
# Words that a text of a few lines can hardly do without.
_COMMON = {
    "en": {"the", "and", "of", "to", "is", "for", "with", "that", "are", "this", "by", "or", "not"},
    "de": {"der", "die", "das", "und", "ist", "für", "mit", "nicht", "den", "ein", "eine", "von", "zu", "wird"},
    "fr": {"le", "la", "les", "et", "est", "pour", "avec", "des", "une", "dans", "du", "pas", "que", "vous"},
    "es": {"el", "los", "las", "y", "es", "para", "con", "una", "del", "por", "no", "que", "se", "su"},
}


def as_text(content: bytes) -> str | None:
    """None where these bytes are no text."""
    for start, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(start):
            return _decoded(content, encoding)
    text = _decoded(content, "utf-8")
    if text is None and (said := _CHARSET.search(content[:2048])):
        text = _decoded(content, said.group(1).decode())
    return text if text is not None else _decoded(content, "cp1252")


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(encoding)
    except (UnicodeError, LookupError):
        return None
    return None if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text) else text


def read_markdown(text: str) -> Reading:
    """As HTML, without what stands in it as HTML and is not shown. Lines between `---` at its top are what it says of itself."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    notes, front = {}, _FRONT.match(text)
    if front:
        notes, text = _notes(front.group(1)), text[front.end() :]
    reading = read_html(_markdown.render(text))
    return Reading(notes.get("title") or reading.title, reading.passages, notes)


def _notes(front: str) -> dict[str, str]:
    found = {}
    for line in front.splitlines():
        if note := _NOTE.fullmatch(line.rstrip()):
            found[note_name(note.group(1))] = note.group(2).strip().strip("\"'").strip()
    return {name: value for name, value in found.items() if value}


def read_plain(text: str) -> Reading:
    """Blocks between empty lines."""
    cutter = Cutter()
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        cutter.paragraph(in_one_line(block))
    return cutter.reading()


def read_csv(text: str) -> Reading:
    """Each row with the words of the first."""
    cutter = Cutter()
    rows = [[in_one_line(cell) for cell in row] for row in islice(rows_of_csv(text), ROWS_AT_MOST) if any(map(str.strip, row))]
    cutter.sheet(rows)
    return cutter.reading()


def rows_of_csv(text: str) -> Iterator[list[str]]:
    """As far as they can be read. Between cells stands what is most often in the first line: where a comma is part of numbers,
    programs take a semicolon."""
    text = text.lstrip("\ufeff")
    first = re.sub(r'"[^"]*"', "", text.partition("\n")[0])
    rows = csv.reader(StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    with suppress(csv.Error):  # a cell of more than anyone would read
        yield from rows


def plain_as_html(text: str) -> str:
    return "".join(f"<p>{escape(block.strip())}</p>" for block in re.split(r"\n[ \t]*\n", text) if block.strip())


def language_of(text: str) -> str:
    """The language whose common words it uses most; nothing where it is too short to say."""
    words = re.findall(r"[^\W\d_]+", text[:20_000].lower())
    counts = {language: sum(word in common for word in words) for language, common in _COMMON.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= 3 else ""
