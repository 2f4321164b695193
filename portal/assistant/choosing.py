"""From the passages that a search found, those that answer the question, best first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal.assistant.asked import lacks_a_rare_thing
from portal.assistant.instructions import speaks_to_a_machine
from portal.assistant.sentences import sentences_of
from portal.assistant.weighing import signs_of, stems_of, weigh
from portal.assistant.words import words_in
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
    plain = [for_readers for each in found if (for_readers := _for_readers(each)).text]
    rareness = Counter(one for each in plain for one in stems_of(words_in(each.whole)))
    asked, rows = read(question), []
    nowhere = lacks_a_rare_thing(asked, {word for each in plain for word in words_in(each.whole)})
    for place, each in enumerate(plain, start=1):
        row = Weighed(each, 0.0, read(each.whole, each.reading))
        signs = signs_of(asked, row.read, text_from=row.text_from, place=place, rareness=rareness, among=len(plain))
        rows.append(replace(row, weight=weigh(replace(signs, lacks=signs.lacks + nowhere))))
    return asked, _once(sorted(rows, key=lambda row: -row.weight))


def _for_readers(found: FoundPassage) -> FoundPassage:
    if not speaks_to_a_machine(found.text):
        return found
    text = " ".join(sentence for sentence in sentences_of(found.text) if not speaks_to_a_machine(sentence))
    return replace(found, text=text, reading=None)


def _once(rows: Sequence[Weighed]) -> list[Weighed]:
    """A text that two documents share is shown once."""
    return list({" ".join(row.text.lower().split()): row for row in reversed(rows)}.values())[::-1]
