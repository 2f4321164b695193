"""What a question asks for, and whether a passage has something of that kind: a number, a time, a price, somebody's name.

A passage on the right subject that names no price does not answer what something costs."""

import re
from collections.abc import Iterable

from portal.assistant.words import COMMON, WORD, same_as, stem, words_in

_NUMBER = (
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|twice|once|first|second|double|no|none|free|every"
    r"|ein|eine|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|halb|halbe|jede|jeden)\b"
)
_TIME = (
    r"\b(?:seconds?|minutes?|hours?|days?|weeks?|weekends?|months?|years?|quarters?|daily|weekly|monthly|yearly|mondays?|tuesdays?"
    r"|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|noon|night|midnight|until|immediately|at once|tomorrow|every|after|before|(?:19|20)\d\d|\d\d?:\d\d"
    r"|sekunden?|minuten?|stunden?|tage?n?|wochen?|monate?n?|jahre?n?|quartal|montags?|dienstags?|mittwochs?|donnerstags?"
    r"|freitags?|januar|februar|märz|mai|juni|juli|oktober|dezember|uhr|bis|sofort|täglich|jährlich|monatlich)\b"
)
_MONEY = (
    r"[€$£%]|\b(?:eur|euros?|usd|dollars?|gbp|chf|francs?|pounds?|percent|prozent|free|half|paid|pays?|prices?|charged?|costs?|fees?"
    r"|credit|reduction|franken|kostenlos|kostet|kosten|preis|gebühr|rabatt)\b"
)
_PHONE = r"\+?\d[\d ()/-]{6,}"
_COLOUR = r"\b(?:red|blue|green|yellow|black|white|grey|gray|orange|colou?rs?|rot|blau|grün|gelb|schwarz|weiß|grau|farbe)\b"
_KINDS = [
    (re.compile(question), re.compile(answer))
    for question, answer in (
        (
            r"\bhow (?:many|much|often|far|high|heavy|small|big|large|tall|old|fast|few)\b|\bup to what\b"
            r"|\bwhat (?:size|amount|percentage|share)\b|\bwie (?:viele?|oft|hoch|schwer|groß|alt)\b",
            _NUMBER,
        ),
        (
            r"\b(?:when|how (?:long|soon|quickly|early|fast|often)|until what|by what|what time|which (?:day|month|year)"
            r"|what (?:month|year|day)|opening hours|wann|wie (?:lange|schnell|früh|bald|oft))\b",
            _TIME,
        ),
        (r"\b(?:costs?|prices?|fees?|salary|expensive|discounts?|rebate|margin|commission|charged?|kostet|preis|rabatt)\b",
         f"{_MONEY}|{_NUMBER}"),
        (r"\b(?:tele)?phone number\b|\btelefonnummer\b", _PHONE),
        (r"\bcolou?rs?\b|\bfarbe\b", _COLOUR),
    )
]  # fmt: skip
_COUNTED = re.compile(r"\b(?:how many|wie viele) ((?:\w+[ -]){0,2}\w+)")
_AMOUNT = (
    r"(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|no|zwei|drei|vier|fünf|sechs|sieben|acht|neun"
    r"|zehn)(?:\s*%)?"
)
_AFTER_AN_AMOUNT = re.compile(_AMOUNT + r"((?:[ -][^\W\d_]+){1,3})")
_YEAR = re.compile(r"(?:19|20)\d\d")


def lacks_the_kind(question: str, text: str) -> float:
    """1 where the passage has nothing of the kind that is asked for, a half where it counts something, but nothing of that name."""
    question, text = question.lower(), text.lower()
    if any(asks.search(question) and not answers.search(text) for asks, answers in _KINDS):
        return 1.0
    counted = _COUNTED.search(question)
    return 0.5 if counted and not _is_counted(words_in(counted[1]), text) else 0.0


def lacks_a_name(question: str, passage: str) -> bool:
    """Whether the question names somebody or something that the passage, its heading and its title do not."""
    text = passage.lower()
    return any(not _is_named(name, text) for name in _names_in(question))


def _is_counted(things: Iterable[str], text: str) -> bool:
    """“How many engineers” wants “six certified engineers” or “two specialists”."""
    asked = {stem(word) for word in things if word not in COMMON}
    asked.update(*(same_as(word) for word in things))
    return any(asked & set(map(stem, words_in(found[1]))) for found in _AFTER_AN_AMOUNT.finditer(text))


def _names_in(question: str) -> list[str]:
    """What is written with a capital within a sentence, and years. In German every noun is: those are no names."""
    found = list(WORD.finditer(question))
    within = [each for each in found if each.start() and question[: each.start()].rstrip()[-1:] not in {".", "?", "!", ":", ""}]
    capitals = [each[0] for each in within if each[0][0].isupper() and each[0] != "I"]
    years = [each[0] for each in within if _YEAR.fullmatch(each[0])]
    return years if len(capitals) > MOST_NAMES else capitals + years


MOST_NAMES = 3


def _is_named(name: str, text: str) -> bool:
    if _YEAR.fullmatch(name):
        return re.search(rf"\b{name}\b", text) is not None
    if name.isupper() and _spelt_out(name).search(text):
        return True
    base = stem(name)
    begins = base[:5] if len(base) > 6 else base[: max(3, len(base) - 1)] if len(base) > 3 else base
    return any(re.search(rf"\b{re.escape(one)}", text) for one in (begins, *same_as(name)))


def _spelt_out(name: str) -> re.Pattern:
    """“UI” as in “user interface”."""
    return re.compile(r"\b" + r"\w*[\s-]+".join(map(re.escape, name.lower())))
