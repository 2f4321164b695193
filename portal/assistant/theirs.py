"""Which questions only somebody's own data can answer: what they have, have done or are. A text is no answer to them, however near
it sounds; it may be one to what they must, may or get, which is the same for everybody."""

import re
from collections.abc import Iterable

from portal.assistant.words import COMMON, alike_in_form, named_as, same_as, stem, words_in

_ASKS = (
    r"^(?:and |so |und )?(?:what|which|how (?:many|much|high|big|large|far|good)"
    r"|was|welche\w*|wie ?viele?|wie (?:hoch|groß|viel|weit))\b"
)
_IF = (
    r"\b(?:if|when|once|after|before|because|unless|that|to|must|should"
    r"|wenn|falls|sobald|nachdem|dass|weil|zu|zeit|muss|müssen|sollen)\b"
)
_HAS_OR_DID = re.compile(
    rf"{_ASKS}(?:(?!{_IF}).)*?\b(?:"
    r"(?:do|did) (?:i|we) (?:\w+ )?(?:have|own|hold|employ)\b(?! (?:to|time)\b)"
    r"|(?:have|had|did) (?:i|we)\b(?! (?:to|time)\b)"
    r"|(?:i|we) (?:(?:already|currently|now) )?have\b(?! (?:to|time)\b)"
    r"|(?:habe|hatte) ich\b|(?:haben|hatten) wir\b"
    rf")(?!.*\b(?:zeit|zu \w+en|\w+zu\w+en)\b)",
    re.IGNORECASE,
)
_IS_MINE = re.compile(
    rf"{_ASKS}(?:'s|’s| (?:is|are|was|were|ist|sind|war|waren))(?: \w+){{0,2}} (?:my|our|mein\w*|unser\w*)\b", re.IGNORECASE
)
_MISSING = re.compile(
    r"\b(?:missing|lack(?:s|ing)?|short of|still needs?|away from|how far|fehl(?:t|en)|wie weit|noch (?:brauch\w*|nötig))\b",
    re.IGNORECASE,
)
_LEGAL_FORMS = "gmbh ag kg ug se sa sas sarl srl spa bv nv ab as asa oy oü ltd limited llc inc plc corp co"
# Of when or how a figure is asked for; it goes by the same name without.
_BESIDE = """
year quarter month today now current currently record number figure total value far have own hold count this last size
hoch groß weit jahr quartal monat heute derzeit aktuell zahl anzahl wert insgesamt bisher
dies diese diesem diesen dieser dieses letzte letzten letztes
"""
NAMED = 0.7  # how alike a word is to a name that it stands for: “platin” to “Platinum”


def asks_what_they_have(question: str) -> bool:
    """“How many deals have we registered”, and not “how many days do we have to pay”."""
    return _HAS_OR_DID.search(question) is not None


def asks_what_is_theirs(question: str) -> bool:
    """“What is our discount”: a text may say it, where it has the words."""
    return _IS_MINE.search(question) is not None


def is_beyond_texts(question: str, passage: str) -> bool:
    """Whether no text can answer it: what they have, and what is theirs where the passage does not have all words of it."""
    if asks_what_they_have(question):
        return True
    there = words_in(passage)
    return asks_what_is_theirs(question) and not all(_stands_in(word, there) for word in _telling(question))


def asks_what_is_missing(question: str) -> bool:
    return _MISSING.search(question) is not None


def is_named_in(question: str, name: str) -> bool:
    """Whether all words of a name stand in the question, in whatever form; a legal form may go without."""
    said, there = words_in(question), [word for word in words_in(name) if word not in _LEGAL_FORMS.split()]
    return bool(there) and all(alike_in_form(word, said) >= NAMED for word in there)


def without_name(question: str, name: str) -> str:
    """What is asked, whoever it is asked of: “what's my tier at Northfold Cloud” is “what's my tier”."""
    words = "|".join(re.escape(word) for word in words_in(name))
    return re.sub(rf"(?:\s+(?:at|for|of|with|bei|von|für))?(?:\s+(?:{words})\b)+", "", question, flags=re.IGNORECASE)


def is_asked_by(question: str, label: str) -> bool:
    """Whether the question is after what goes by this label: its words stand there, and none that would make it another thing."""
    asked = [word for word in _telling(question) if stem(word) not in _stems(_BESIDE.split())]
    names = [word for word in words_in(label) if word not in COMMON]
    return bool(asked and names) and all(_goes_by(word, names) for word in asked) and all(_goes_by(word, asked) for word in names)


def _telling(question: str) -> list[str]:
    return [word for word in words_in(question) if word not in COMMON]


def _stands_in(word: str, others: list[str]) -> bool:
    return alike_in_form(word, others) >= NAMED or bool(same_as(word) & _stems(others))


def _goes_by(word: str, others: list[str]) -> bool:
    """Also in the other language: a programme names what it knows in one."""
    return _stands_in(word, others) or bool(named_as(word) & _stems(others)) or any(stem(word) in named_as(each) for each in others)


def _stems(words: Iterable[str]) -> set[str]:
    return {stem(word) for word in words}
