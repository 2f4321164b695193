"""From the passages that a search found, those that answer the question, best first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal.assistant.instructions import speaks_to_a_machine
from portal.assistant.sentences import sentences_of
from portal.assistant.weighing import MUCH_THE_SAME, rarity, signs_of, stems_of, weigh
from portal.assistant.words import same_as, stem, telling, words_in
from search.meaning import Read, read
from search.queries.finding import FoundPassage

READ_CLOSELY = 8  # passages
WORDS_COUNT = 0.5  # beside meaning, when these are chosen


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
    """The question as it was read, and the passages, best first."""
    plain = [for_readers for each in found if (for_readers := _for_readers(each)).text]
    stems = [stems_of(words_in(each.whole)) for each in plain]
    rareness = Counter(one for each in stems for one in each)
    chosen = sorted(range(len(plain)), key=lambda i: -_at_a_glance(question, plain[i], stems[i], rareness, len(plain)))
    asked, rows = read(question), []
    for each in (plain[i] for i in chosen[:READ_CLOSELY]):
        row = Weighed(each, 0.0, read(each.whole, each.reading))
        signs = signs_of(asked, row.read, text_from=row.text_from, rareness=rareness, among=len(plain))
        rows.append(replace(row, weight=weigh(signs)))
    return asked, _once(sorted(rows, key=lambda row: -row.weight))


def _at_a_glance(question: str, found: FoundPassage, stems: set[str], rareness: Counter, among: int) -> float:
    words = words_in(question)
    weights = {words[place]: rarity(words[place], rareness, among) for place in telling(words)}
    covered = sum(
        weight * (1.0 if stem(word) in stems else MUCH_THE_SAME if same_as(word) & stems else 0.0)
        for word, weight in weights.items()
    )
    return found.meaning + WORDS_COUNT * covered / max(sum(weights.values()), 1e-9)


def _for_readers(found: FoundPassage) -> FoundPassage:
    if not speaks_to_a_machine(found.text):
        return found
    text = " ".join(sentence for sentence in sentences_of(found.text) if not speaks_to_a_machine(sentence))
    return replace(found, text=text, reading=None)


def _once(rows: Sequence[Weighed]) -> list[Weighed]:
    """A text that two documents share is shown once."""
    return list({" ".join(row.text.lower().split()): row for row in reversed(rows)}.values())[::-1]
