"""The words of a question or a passage: which carry meaning, which are the same in another form, which mean much the same."""

import re
from functools import cache

from portal.assistant.everyday_words import BEFORE_A_THING, COMMON_WORDS, GERMAN_WORDS, GROUPS

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ENDINGS = ("ations", "ation", "ings", "ing", "edly", "ed", "ies", "es", "s", "ly", "er")
_SHORTEST_STEM = 3

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


def same_as(word: str) -> frozenset[str]:
    """The stems of words that mean much the same."""
    return _groups().get(stem(word), frozenset())


@cache
def _groups() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in GROUPS.strip().splitlines():
        stems = {stem(word) for word in line.split()}
        for each in stems:
            found.setdefault(each, set()).update(stems)
    return {each: frozenset(stems) for each, stems in found.items()}


def is_german(text: str) -> bool:
    """A quarter of its words are German ones that hold a sentence together."""
    words = words_in(text)
    return sum(word in GERMAN for word in words) * 4 > len(words)
