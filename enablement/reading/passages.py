"""What a text consists of for search and citations: paragraphs, each under its headings.

A paragraph is a block as a reader counts them, from 1, headings left out: a block of text, a list (each of its items, where the
list is long), a row of a table with the words of its head."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from search.tables import row_in_words

BETWEEN_HEADINGS = " › "
_SAME_NOTES = {
    "expires_on": "expires", "expires_at": "expires", "expiry": "expires", "expiration": "expires", "valid_until": "expires",
    "review_on": "review", "next_review": "review", "lang": "language", "description": "summary", "state": "status",
}  # fmt: skip
ROWS_AT_MOST = 5000  # of a table that is a file or a sheet
LIST_TOGETHER = 600  # characters up to which a list is one paragraph


@dataclass(frozen=True)
class Passage:
    heading: str
    text: str
    page: int | None = None


@dataclass(frozen=True)
class Reading:
    """`notes` is what a file says of itself: title, summary, language, expires, review, status, product."""

    title: str = ""
    passages: tuple[Passage, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n\n".join(passage.text for passage in self.passages)


class Cutter:
    """Takes blocks in their order and keeps the headings that each stands under. The first of the top level is the title."""

    def __init__(self) -> None:
        self.title = ""
        self.passages: list[Passage] = []
        self.page: int | None = None
        self._path: list[tuple[int, str]] = []

    def heading(self, level: int, text: str) -> None:
        self._path = [(above, words) for above, words in self._path if above < level]
        if level == 1 and not self.title:
            self.title = text
        elif text != self.title:
            self._path.append((level, text))

    def paragraph(self, text: str) -> None:
        if text:
            self.passages.append(Passage(BETWEEN_HEADINGS.join(words for _level, words in self._path), text, self.page))

    def items(self, items: Iterable[Sequence[str]]) -> None:
        """Items of a list, each as its lines."""
        whole = ["\n".join(lines) for lines in items if lines]
        if sum(map(len, whole)) <= LIST_TOGETHER:
            self.paragraph("\n".join(whole))
        else:
            for item in whole:
                self.paragraph(item.removeprefix("- "))

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        for row in rows:
            self.paragraph(row_in_words(head, row))

    def sheet(self, rows: Sequence[Sequence[str]]) -> None:
        """A table whose first row is its head, unless it is the only one."""
        self.table(rows[0] if len(rows) > 1 else [], rows[1:] if len(rows) > 1 else rows)

    def reading(self, notes: Mapping[str, str] | None = None) -> Reading:
        return Reading(self.title, tuple(self.passages), notes or {})


def note_name(written: str) -> str:
    """Files call the same thing by several names."""
    name = written.strip().lower().replace(" ", "_").replace("-", "_")
    return _SAME_NOTES.get(name, name)


def in_one_line(text: str) -> str:
    return " ".join(text.split())
