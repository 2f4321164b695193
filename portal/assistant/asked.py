"""What a question asks for and names, and whether a passage has it: something of the kind, the same names, the same numbers.

A passage on the right subject that names no price does not answer what something costs; one about another model, place or year
does not either, however much of the rest it says."""

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches

from portal.assistant.kinds import AMOUNT, KINDS
from portal.assistant.words import COMMON, WORD, alike_in_form, is_german, names_a_thing, same_as, stem, words_in
from search.meaning import Read, is_everyday

MOST_NAMES = 3
A_FORM, MISTYPED = 0.5, 0.84  # how alike a word is to another form of it, and to one with a letter amiss
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"  # an answer says from which to which
_MONTHS = "January February March April May June July August September October November December"  # as it does of months
_NO_NAMES = frozenset(["I", *_DAYS.split(), *_MONTHS.split()])
_GERMAN_PLACE = re.compile(r"\b(?:in|nach|aus) ((?!Hause)[A-ZÄÖÜ]\w+)")  # without an article
_COUNTED = re.compile(r"\b(?:how many|wie viele) ((?:\w+[ -]){0,2}\w+)")
_AFTER_AN_AMOUNT = re.compile(AMOUNT + r"((?:[ -][^\W\d_]+){1,3})")
_BEFORE_AN_AMOUNT = re.compile(r"([^;:.]+): *" + AMOUNT)  # a cell of a table
_YEAR = re.compile(r"(?:19|20)\d\d")
_CODE = re.compile(r"(?=.*[A-Za-z])[A-Za-z]{1,4}-?\d+\w*")  # NW-40
_MODEL = re.compile(r"\b(?:[A-Z][a-z]*){1,3}[ -](\d{2,4})\b(?!,)(?! *(?:%|EUR|euros?|percent))")  # the number in “Gateway 400”
_FIGURE = re.compile(
    r"(?<![\w.-])\d+(?:[.,]\d+)*(?![\w.:-]| ?(?:[%€$£]|(?:percent|prozent|eur|usd|chf|euros?|dollars?|francs?|points?|seconds?"
    r"|minutes?|hours?|days?|weeks?|months?|years?|tage?n?|wochen?|monate?n?|jahre?n?|uhr)\b))",
    re.IGNORECASE,
)


def lacks_the_kind(question: str, text: str) -> float:
    """1 where the passage has nothing of the kind that is asked for, a half where it counts something, but nothing of that name."""
    question = question.lower()
    if any(asks.search(question) and not answers.search(text) for asks, answers in KINDS):
        return 1.0
    counted = _COUNTED.search(question)
    return 0.5 if counted and not _is_counted(words_in(counted[1]), text.lower()) else 0.0


def lacks_a_name(question: str, passage: str) -> bool:
    """Whether the question names somebody or something that the passage, its heading and its title do not."""
    return any(not _is_named(name, passage) for name in _names_in(question))


def lacks_a_rare_thing(question: Read, there: Collection[str]) -> bool:
    """Whether the question is after a thing by a word that is no everyday one and that stands nowhere among `there`, the words
    of all passages, in no form: “the quokka rebate” is not told by what is said of the numbat's. Not for German, of which hardly
    any word is an everyday one to the model."""
    words = list(question.words)
    return not is_german(question.text) and any(
        (place == 0 or names_a_thing(words, place)) and _is_rare(word) and not _is_there(word.lower(), there)
        for place, word in enumerate(words)
    )


def _is_rare(word: str) -> bool:
    """Neither an everyday word nor made of two, as “hotline” and “unopened” are."""
    word = word.lower()
    parts = [(word[:at], word[at:]) for at in range(2, len(word) - 1)]
    forms = {word, stem(word), stem(word) + "e"}
    return (
        word.isalpha()
        and word not in COMMON
        and not same_as(word)
        and not any(map(is_everyday, forms))
        and not any(is_everyday(begins) and is_everyday(ends) for begins, ends in parts)
    )


def _is_there(word: str, there: Collection[str]) -> bool:
    return alike_in_form(word, there) >= A_FORM or bool(get_close_matches(word, there, n=1, cutoff=MISTYPED))


def lacks_a_number(question: str, passage: str) -> bool:
    """Whether the question has a number of things that the passage does not have. Times and shares are left out: “for 30
    percent” is answered by “from 25 percent”."""
    there = {_plain(one) for one in re.findall(r"\d+(?:[.,]\d+)*", passage)}
    return any(_plain(one) not in there for one in _FIGURE.findall(question))


def _plain(figure: str) -> str:
    return re.sub(r"[.,](?=\d{3}\b)", "", figure)


def _is_counted(things: Iterable[str], text: str) -> bool:
    """“How many engineers” wants “six certified engineers”, “two specialists” or “Engineers: 6”."""
    asked = {stem(word) for word in things if word not in COMMON}
    asked.update(*(same_as(word) for word in things))
    said = [found[1] for pattern in (_AFTER_AN_AMOUNT, _BEFORE_AN_AMOUNT) for found in pattern.finditer(text)]
    return any(asked & set(map(stem, words_in(words))) for words in said)


def _names_in(question: str) -> list[str]:
    """What is written with a capital within a sentence, codes and numbers of models, and years. In German every noun has a capital:
    those are no names, but what stands before a hyphen is, and where something is or goes to."""
    found = list(WORD.finditer(question))
    within = [each for each in found if each.start() and question[: each.start()].rstrip()[-1:] not in {".", "?", "!", ":", ""}]
    capitals = [each[0] for each in within if each[0][0].isupper() and each[0] not in _NO_NAMES and not _CODE.fullmatch(each[0])]
    exact = [each[0] for each in found if _YEAR.fullmatch(each[0]) or _CODE.fullmatch(each[0])] + _MODEL.findall(question)
    if is_german(question):
        return [*exact, *_GERMAN_PLACE.findall(question)] + [
            each[0].partition("-")[0] for each in found if "-" in each[0] and each[0][0].isupper() and not _CODE.fullmatch(each[0])
        ]
    return exact if len(capitals) > MOST_NAMES else capitals + exact


def _is_named(name: str, passage: str) -> bool:
    text = passage.lower()
    if name.isdigit():
        return re.search(rf"(?<![\d.,]){name}(?!\d|[.,]\d)", text) is not None
    if _CODE.fullmatch(name):
        return name.lower().replace("-", "") in re.sub(r"[ -]", "", text)
    if name.isupper() and (_spelt_out(name).search(text) or name in _initials(passage)):
        return True
    base = stem(name)
    begins = base[:5] if len(base) > 6 else base[: max(3, len(base) - 1)] if len(base) > 3 else base
    return any(re.search(rf"\b{re.escape(one)}", text) for one in (begins, *same_as(name)))


def _spelt_out(name: str) -> re.Pattern:
    """“UI” as in “user interface”."""
    return re.compile(r"\b" + r"\w*[\s-]+".join(map(re.escape, name.lower())))


def _initials(passage: str) -> set[str]:
    """“MS” of “MediaServer”."""
    return {"".join(filter(str.isupper, word)) for word in WORD.findall(passage)}
