"""From the passages that a search found, those that answer the question, best first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from portal.assistant.instructions import speaks_to_a_machine
from portal.assistant.sentences import sentences_of
from portal.assistant.weighing import MUCH_THE_SAME, rarity, signs_of, stems_of, weigh
from portal.assistant.words import same_as, stem, telling, words_in
from search.meaning import Read, read

READ_CLOSELY = 8  # passages that the model reads word by word
WORDS_COUNT = 0.5  # beside meaning, when these are chosen


class Found(Protocol):
    """As `search` gives it."""

    document: object
    number: int
    heading: str
    text: str
    meaning: float


@dataclass(frozen=True)
class Weighed:
    """`text` is the paragraph without what speaks to a machine; `weight` is above zero where it answers."""

    found: Found
    text: str
    weight: float
    read: Read
    text_from: int


def weighed(question: str, found: Sequence[Found]) -> tuple[Read, list[Weighed]]:
    """The question as it was read, and the passages, best first."""
    plain = [(each, text) for each in found if (text := _for_readers(each.text))]
    stems = [stems_of(words_in(_whole(each, text))) for each, text in plain]
    rareness = Counter(one for each in stems for one in each)
    chosen = sorted(range(len(plain)), key=lambda i: -_at_a_glance(question, plain[i][0], stems[i], rareness, len(plain)))
    near = [plain[i] for i in chosen[:READ_CLOSELY]]
    asked, *texts = read([question, *(_whole(each, text) for each, text in near)])
    rows = []
    for (each, text), seen in zip(near, texts, strict=True):
        text_from = len(seen.text) - len(text)
        signs = signs_of(asked, seen, text_from=text_from, rareness=rareness, among=len(plain))
        rows.append(Weighed(each, text, weigh(signs), seen, text_from))
    return asked, _once(sorted(rows, key=lambda row: -row.weight))


def _whole(found: Found, text: str) -> str:
    """With what it stands under."""
    return ". ".join((*(above for above in (found.document.title, found.heading) if above), text))


def _at_a_glance(question: str, found: Found, stems: set[str], rareness: Counter, among: int) -> float:
    words = words_in(question)
    weights = {words[place]: rarity(words[place], rareness, among) for place in telling(words)}
    covered = sum(
        weight * (1.0 if stem(word) in stems else MUCH_THE_SAME if same_as(word) & stems else 0.0)
        for word, weight in weights.items()
    )
    return found.meaning + WORDS_COUNT * covered / max(sum(weights.values()), 1e-9)


def _for_readers(text: str) -> str:
    if not speaks_to_a_machine(text):
        return text
    return " ".join(sentence for sentence in sentences_of(text) if not speaks_to_a_machine(sentence))


def _once(rows: Sequence[Weighed]) -> list[Weighed]:
    """A text that two documents share is shown once."""
    return list({" ".join(row.text.lower().split()): row for row in reversed(rows)}.values())[::-1]
