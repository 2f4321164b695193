"""Whether a passage answers a question, in one number.

Ten signs, each of which holds for documents never seen before: how near the text means what the question means; how much of the
question's words the passage covers, rare ones counting more, where a word is covered by another form of it, by one that means
much the same or by one that the model reads alike in its context; how much of them is covered by anything that was found, for
a word that nothing knows is only a way of speaking; how many of them there are; how long the text is, for a long one covers
more by chance; how far in front the search has it; and what it
lacks: a name or a number that the question has, the kind of thing that is asked for, a price or a time, or what stands nowhere.

The weights are those of a logistic regression, in which a passage that answers is told from the best that do not, over all gold
sets but the two that are only measured; that of `nowhere`, which the sets have too rarely, was set by hand. The constant is where,
with the weights chosen without the folder that is asked about, as many answers are right as refusals. docs/assistant.md tells what
that reaches."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from portal.assistant.asked import lacks_a_name, lacks_a_number, lacks_a_rare_thing, lacks_the_kind
from portal.assistant.words import alike_in_form, has_much_the_same, is_german, stem, telling, words_in
from search.meaning import Read

MUCH_THE_SAME = 0.7  # how much a word is covered by one of the same group
MOST_WORDS = 12  # a longer question is not surer


@dataclass(frozen=True)
class Signs:
    near: float
    covered: float
    anywhere: float
    words: float
    length: float
    front: float
    name: float
    number: float
    kind: float
    nowhere: float


WEIGHTS = Signs(
    near=6.04, covered=11.75, anywhere=-6.77, words=0.52, length=-0.14,
    front=0.55, name=-3.65, number=-6.05, kind=-3.96, nowhere=-4.0
)  # fmt: skip
CONSTANT = -5.3


def weigh(signs: Signs) -> float:
    """Above zero it answers."""
    return CONSTANT + sum(getattr(WEIGHTS, name) * value for name, value in vars(signs).items())


def signs_of(question: Read, passages: Sequence[tuple[Read, int]]) -> list[Signs]:
    """Of each passage, in the order in which a search found them; with each comes the place where its title and heading end."""
    places = telling(list(question.words))
    if not places or not passages:
        return [Signs(0, 0, 0, 0, 0, 0, 0, 0, 0, 0) for _passage in passages]
    said = [set(words_in(passage.text)) for passage, _text_from in passages]
    rareness = Counter(one for words in said for one in {stem(word) for word in words})
    covered = np.array([_covered(question, passage, words, places) for (passage, _), words in zip(passages, said, strict=True)])
    weights = np.array([rarity(question.words[place], rareness, len(passages)) for place in places])
    nowhere = lacks_a_rare_thing(question, set().union(*said))
    return [
        Signs(
            near=float(question.meaning() @ passage.meaning(text_from)),
            covered=float(row @ weights / weights.sum()),
            anywhere=float(covered.max(axis=0).mean()),
            words=min(len(places), MOST_WORDS),
            length=math.log(1 + len(passage.text) - text_from),
            front=1 / place,
            name=lacks_a_name(question.text, passage.text),
            number=lacks_a_number(question.text, passage.text),
            kind=lacks_the_kind(question.text, passage.text[text_from:]),
            nowhere=nowhere,
        )
        for place, ((passage, text_from), row) in enumerate(zip(passages, covered, strict=True), start=1)
    ]


def _covered(question: Read, passage: Read, words: set[str], places: list[int]) -> np.ndarray:
    """How much of each telling word of the question, between 0 and 1."""
    if not passage.words:
        return np.zeros(len(places))
    alike = (question.meanings[places] @ passage.meanings.T).max(axis=1)
    german = is_german(question.text)
    same = [
        max(alike_in_form(word, words), MUCH_THE_SAME if has_much_the_same(word, words, german=german) else 0.0)
        for word in (question.words[place].lower() for place in places)
    ]
    return np.maximum(alike, same)


def rarity(word: str, rareness: Counter, among: int) -> float:
    """Between 0.1 for a word of every passage and 1 for a word of none."""
    return 0.1 + 0.9 * math.log((among + 1) / (rareness[stem(word)] + 1)) / math.log(among + 1)
