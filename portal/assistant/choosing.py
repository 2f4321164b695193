"""From the passages that a search found, those that answer the question, best first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal.assistant.instructions import speaks_to_a_machine
from portal.assistant.sentences import sentences_of
from portal.assistant.weighing import signs_of, weigh
from search.meaning import Read, read
from search.queries.finding import FoundPassage


@dataclass(frozen=True)
class Weighed:
    """`text` is the paragraph without what speaks to a machine; `weight` is above zero where it answers."""

    found: FoundPassage
    weight: float
    read: Read

    @property
    def text(self) -> str:
        return self.found.text

    @property
    def text_from(self) -> int:
        return len(self.read.text) - len(self.found.text)


def weighed(question: str, found: Sequence[FoundPassage]) -> tuple[Read, list[Weighed]]:
    """The question as it was read, and the passages, best first. `found` is best first as well, as a search puts them."""
    asked = read(question)
    rows = [Weighed(each, 0.0, read(each.whole, each.reading)) for found_one in found if (each := _for_readers(found_one)).text]
    signs = signs_of(asked, [(row.read, row.text_from) for row in rows])
    rows = [replace(row, weight=weigh(each)) for row, each in zip(rows, signs, strict=True)]
    return asked, _once(sorted(rows, key=lambda row: -row.weight))


def _for_readers(found: FoundPassage) -> FoundPassage:
    if not speaks_to_a_machine(found.text):
        return found
    text = " ".join(sentence for sentence in sentences_of(found.text) if not speaks_to_a_machine(sentence))
    return replace(found, text=text, reading=None)


def _once(rows: Sequence[Weighed]) -> list[Weighed]:
    """A text that two documents share is shown once."""
    return list({" ".join(row.text.lower().split()): row for row in reversed(rows)}.values())[::-1]
