"""What somebody typed, read as plain words: no operator means anything, and nothing is too long to be asked."""

import re
from dataclasses import dataclass

READ_CHARACTERS = 1000  # the rest of a longer text is not read, and the person is told
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]+")
AROUND = "\"'`´’‘“”„«»()[]{}<>|&!*:;,.?¿¡=+~^#…–—-\\/"


@dataclass(frozen=True)
class Question:
    """`text` is what was read, `words` the different ones of it as they were typed; `is_cut` says that there was more."""

    text: str
    words: tuple[str, ...]
    is_cut: bool = False

    def __bool__(self) -> bool:
        return bool(self.words)


def read_question(typed: str) -> Question:
    text = " ".join(CONTROL.sub(" ", str(typed or "")[: READ_CHARACTERS * 4]).split())
    said = text[:READ_CHARACTERS]
    words = tuple(dict.fromkeys(word for part in said.split() if (word := part.strip(AROUND).lower())))
    return Question(said, words, is_cut=len(text) > READ_CHARACTERS or len(str(typed or "")) > READ_CHARACTERS * 4)
