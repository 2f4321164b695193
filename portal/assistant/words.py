"""The words of a question or a passage: which carry meaning, which are the same in another form, which mean much the same."""

import re
from collections.abc import Iterable
from functools import cache
from os.path import commonprefix

from portal.assistant.everyday_words import BEFORE_A_THING, COMMON_WORDS, GERMAN_GROUPS, GERMAN_WORDS, GROUPS, NAMES_IN_GERMAN

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ENDINGS = ("ations", "ation", "ings", "ing", "edly", "ed", "ies", "es", "s", "ly", "er")
_SHORTEST_STEM = 3
_UMLAUT = re.compile("[äöüß]")
_SAME_BEGINNING = 5  # letters
_LONG_PART, _SHORT_PART = 6, 4

# What holds a question together and says nothing about its subject.
GERMAN = frozenset(GERMAN_WORDS.split())
COMMON = frozenset(COMMON_WORDS.split()) | GERMAN
_BEFORE_A_THING = frozenset(BEFORE_A_THING.split())


def words_in(text: str) -> list[str]:
    return WORD.findall(text.lower())


def telling(words: list[str]) -> list[int]:
    """The places of the words that carry meaning; of all where none does."""
    found = [place for place, word in enumerate(words) if word.lower() not in COMMON and any(map(str.isalnum, word))]
    return found or list(range(len(words)))


def names_a_thing(words: list[str], place: int) -> bool:
    return place > 0 and words[place - 1].lower() in _BEFORE_A_THING


@cache
def stem(word: str) -> str:
    """Roughly, for comparing: “invoices” and “invoicing” are “invoic”."""
    word = word.lower()
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def alike_in_form(word: str, words: Iterable[str]) -> float:
    """How much a word is covered by another form of it or a part of it among these, between 0 and 1: “Bestellung” by “bestellen”,
    “renewal” by “renew”, “Expertenkurs” by “Kurs”."""
    return max((_alike(word, other) for other in words), default=0.0)


def _alike(word: str, other: str) -> float:
    longer, shorter = max(len(word), len(other)), min(len(word), len(other))
    if word[:_SHORTEST_STEM] == other[:_SHORTEST_STEM]:
        begins = len(commonprefix((word, other)))
        enough = _SAME_BEGINNING if begins == shorter else _SAME_BEGINNING + 1
        if stem(word) == stem(other) or begins >= max(enough, 0.6 * longer):
            return 0.85
    if other in word or word in other:
        if shorter >= _LONG_PART:
            return 0.7
        return 0.5 if len(word) == longer >= 2 * _SHORT_PART and shorter >= _SHORT_PART else 0.0
    return 0.0


def same_as(word: str) -> frozenset[str]:
    """The stems of words that mean much the same."""
    return _groups().get(stem(word), frozenset())


def has_much_the_same(word: str, words: set[str], *, german: bool) -> bool:
    """Whether one of these means much the same. In German, where words are put together, a part of one will do."""
    if same_as(word) & {stem(one) for one in words}:
        return True
    return german and any(part in one for part in _german_parts(word) for one in words)


@cache
def _german_parts(word: str) -> frozenset[str]:
    groups = [line.split() for line in GERMAN_GROUPS.strip().splitlines()]
    return frozenset(part for group in groups if any(part in word for part in group) for part in group)


def named_as(word: str) -> frozenset[str]:
    """The stems of what goes by this name in the other language; a plural, such as “Lizenzen” or “Kunden”, goes by the singular."""
    names = _names_in_german()
    singulars = (word[: -len(ending)] for ending in ("s", "n", "e", "en", "er") if word.endswith(ending))
    return next((names[each] for each in (word, *singulars) if each in names), frozenset())


@cache
def _names_in_german() -> dict[str, frozenset[str]]:
    groups = [line.split() for line in NAMES_IN_GERMAN.strip().splitlines()]
    found: dict[str, set[str]] = {}
    for group in groups:
        for word in group:
            found.setdefault(word, set()).update(stem(form) for each in group for form in (each, f"{each}s"))
    return {word: frozenset(stems) for word, stems in found.items()}


@cache
def _groups() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in GROUPS.strip().splitlines():
        stems = {stem(word) for word in line.split()}
        for each in stems:
            found.setdefault(each, set()).update(stems)
    return {each: frozenset(stems) for each, stems in found.items()}


def is_german(text: str) -> bool:
    """A quarter of its words are German ones that hold a sentence together, or have a letter that English lacks."""
    words = words_in(text)
    return sum(word in GERMAN or bool(_UMLAUT.search(word)) for word in words) * 4 > len(words)
