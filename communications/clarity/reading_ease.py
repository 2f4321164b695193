"""How easy a text is, by a published formula for its language; for a language without one nothing is said.

English: Flesch (1948), reading ease, with the grade of Kincaid (1975). German: Amstad (1978)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from communications.clarity.prose import Sentence

FEWEST_WORDS = 50  # of fewer these formulas tell nothing
_VOWELS_EN = re.compile(r"[aeiouy]+")
_VOWELS_DE = re.compile(r"aa|ai|au|ay|äu|ee|ei|eu|ey|ie|oo|oi|[aeiouyäöü]")


@dataclass(frozen=True)
class ReadingEase:
    """Around 0 hardly anybody reads it with ease, around 100 nearly everybody does."""

    formula: str
    score: float
    words: int
    grade: float | None = None

    @property
    def is_hard(self) -> bool:
        return self.score < 40


def reading_ease(sentences: Sequence[Sentence], language: str) -> ReadingEase | None:
    tongue = language.partition("-")[0]
    words = [word for sentence in sentences for word in sentence.words]
    if tongue not in ("en", "de") or len(words) < FEWEST_WORDS:
        return None
    syllables = syllables_en if tongue == "en" else syllables_de
    a_sentence = len(words) / len(sentences)
    a_word = sum(syllables(word) for word in words) / len(words)
    if tongue == "de":
        return ReadingEase("Amstad", 180 - a_sentence - 58.5 * a_word, len(words))
    grade = 0.39 * a_sentence + 11.8 * a_word - 15.59
    return ReadingEase("Flesch reading ease", 206.835 - 1.015 * a_sentence - 84.6 * a_word, len(words), grade)


def syllables_en(word: str) -> int:
    """Groups of vowels, without a silent e at the end; at least one."""
    word = word.lower()
    count = len(_VOWELS_EN.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee", "ye")) and count > 1:
        count -= 1
    if word.endswith("ed") and not word.endswith(("ted", "ded")) and count > 1:
        count -= 1
    return max(count, 1)


def syllables_de(word: str) -> int:
    """Vowels, of which two that sound as one count once; at least one."""
    return max(len(_VOWELS_DE.findall(word.lower())), 1)
