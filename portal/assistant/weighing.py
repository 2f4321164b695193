"""Whether a passage answers a question, in one number.

Five signs, each of which holds for documents never seen before: how near the text means what the question means; how much of the
question's words the passage covers, rare ones counting more, where a word is covered by another form of it, by one that means
much the same or by one that the model reads alike in its context; the largest hole among them; how far in front the search has
it; and what it lacks: a name or a number that the question has, or the kind of thing that is asked for, a price or a time. What
it lacks outweighs the rest. The other weights come from gold sets; docs/assistant.md tells which, and what they reach elsewhere."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from portal.assistant.asked import lacks_a_name, lacks_a_number, lacks_the_kind
from portal.assistant.words import alike_in_form, names_a_thing, same_as, stem, telling, words_in
from search.meaning import Read

MUCH_THE_SAME = 0.7  # how much a word is covered by one of the same group
COVERED, BARE = 0.65, 0.2  # between these, a word leaves a hole that grows


@dataclass(frozen=True)
class Signs:
    near: float
    covered: float
    hole: float
    front: float
    lacks: float


WEIGHTS = Signs(near=10.5, covered=10.5, hole=-2.4, front=1.3, lacks=-8.0)
CONSTANT = -9.45


def weigh(signs: Signs) -> float:
    """Above zero it answers."""
    return CONSTANT + sum(getattr(WEIGHTS, name) * value for name, value in vars(signs).items())


def signs_of(question: Read, passage: Read, *, text_from: int, place: int, rareness: Counter, among: int) -> Signs:
    """`text_from` is where title and heading end; `place` that of the passage in what a search found, from 1; `rareness` in how
    many of the passages looked at each stem stands."""
    places = telling(list(question.words))
    if not places:
        return Signs(0.0, 0.0, 1.0, 0.0, 0.0)
    covered = _covered(question, passage, places)
    weights = np.array([rarity(question.words[place], rareness, among) for place in places])
    things = np.array([1.0 if names_a_thing(list(question.words), place) else 0.5 for place in places])
    holes = things * np.clip((COVERED - covered) / (COVERED - BARE), 0, 1) * weights
    return Signs(
        near=float(question.meaning() @ passage.meaning(text_from)),
        covered=float((covered * weights).sum() / weights.sum()),
        hole=float(holes.max()),
        front=1 / place,
        lacks=lacks_a_name(question.text, passage.text)
        + lacks_a_number(question.text, passage.text)
        + lacks_the_kind(question.text, passage.text[text_from:]),
    )


def stems_of(text: Iterable[str]) -> set[str]:
    return {stem(word) for word in text}


def _covered(question: Read, passage: Read, places: list[int]) -> np.ndarray:
    if not passage.words:
        return np.zeros(len(places))
    alike = (question.meanings[places] @ passage.meanings.T).max(axis=1)
    words = set(words_in(passage.text))
    stems = stems_of(words)
    same = [
        max(alike_in_form(word, words), MUCH_THE_SAME if same_as(word) & stems else 0.0)
        for word in (question.words[place].lower() for place in places)
    ]
    return np.maximum(alike, same)


def rarity(word: str, rareness: Counter, among: int) -> float:
    """Between 0.1 for a word of every passage and 1 for a word of none."""
    return 0.1 + 0.9 * math.log((among + 1) / (rareness[stem(word)] + 1)) / math.log(among + 1)
