"""An answer in the documents' own sentences: those of the best passages that say what was asked."""

from collections.abc import Sequence

from portal.assistant.answers import Said
from portal.assistant.asked import lacks_the_kind
from portal.assistant.choosing import Weighed
from portal.assistant.sentences import sentence_spans
from search.meaning import Read

QUOTED = 2  # passages
AS_GOOD = 1.0  # a second passage is quoted where its weight is no further behind the first
WHOLE = 280  # characters up to which a paragraph is quoted whole


def extracted(asked: Read, rows: Sequence[Weighed]) -> tuple[Said, ...]:
    """`rows` best first; their places are the numbers of the sources. Nothing where none of them answers."""
    quoted = [
        (number, row)
        for number, row in enumerate(rows[:QUOTED], start=1)
        if row.weight > 0 and row.weight > rows[0].weight - AS_GOOD
    ]
    return tuple(Said(_quotation(asked, row), (number,)) for number, row in quoted)


def _quotation(asked: Read, row: Weighed) -> str:
    """The paragraph, where it is short, else its best sentence with the one that follows."""
    if len(row.text) <= WHOLE:
        return row.text
    spans = sentence_spans(row.read.text, row.text_from)
    best = max(range(len(spans)), key=lambda i: _says(asked, row.read, spans[i]))
    return row.read.text[spans[best][0] : spans[min(best + 1, len(spans) - 1)][1]].strip()


def _says(asked: Read, read: Read, span: tuple[int, int]) -> float:
    near = float(asked.meaning() @ read.meaning(*span))
    return near - 0.2 * lacks_the_kind(asked.text, read.text[slice(*span)])
