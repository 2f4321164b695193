"""How easy a text is, by a formula that was published for its language; for a language without one nothing is said."""

from collections.abc import Sequence
from dataclasses import dataclass

from communications.clarity.prose import Sentence
from communications.clarity.syllables import SYLLABLES

FEWEST_WORDS = 50  # of fewer these formulas tell nothing


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


@dataclass(frozen=True)
class Formula:
    """`base` less so much for each word of an average sentence, and for each syllable of an average word."""

    name: str
    base: float
    a_word: float
    a_syllable: float


FORMULAS = {
    "en": Formula("Flesch reading ease", 206.835, 1.015, 84.6),  # 1948
    "de": Formula("Amstad", 180, 1, 58.5),  # 1978
    "fr": Formula("Kandel–Moles", 207, 1.015, 73.6),  # 1958
    "es": Formula("Szigriszt-Pazos", 206.835, 1, 62.3),  # 1993
    "nl": Formula("Douma", 206.84, 0.93, 77),  # 1960
    "pt": Formula("Martins", 248.835, 1.015, 84.6),  # 1996
}


def reading_ease(sentences: Sequence[Sentence], language: str) -> ReadingEase | None:
    tongue = language.partition("-")[0]
    words = [word for sentence in sentences for word in sentence.words]
    if len(words) < FEWEST_WORDS:
        return None
    if tongue == "it":
        return _gulpease(words, len(sentences))
    formula = FORMULAS.get(tongue)
    if formula is None:
        return None
    a_sentence = len(words) / len(sentences)
    a_word = sum(SYLLABLES[tongue](word) for word in words) / len(words)
    score = formula.base - formula.a_word * a_sentence - formula.a_syllable * a_word
    grade = 0.39 * a_sentence + 11.8 * a_word - 15.59 if tongue == "en" else None  # Kincaid, 1975
    return ReadingEase(formula.name, score, len(words), grade)


def _gulpease(words: Sequence[str], sentences: int) -> ReadingEase:
    """Lucisano and Piemontese, 1988: by letters, which need no guess at syllables."""
    letters = sum(map(len, words))
    return ReadingEase("Gulpease", 89 + (300 * sentences - 10 * letters) / len(words), len(words))
