"""Sentences that hide who acts; “was changed by us” does not. A rule of thumb by word forms, for English and German: it finds most
and is sometimes wrong."""

import re

from communications.clarity.prose import Sentence

KNOWN = ("en", "de")
_IRREGULAR = (
    "done|made|given|taken|sent|told|shown|known|kept|held|paid|put|set|cut|built|bought|brought|chosen|found|left|lost|read|run|"
    "seen|sold|spent|written|drawn|driven|begun|broken|thrown|won|met|withdrawn|overseen|understood|sought|dealt|led|laid|hit"
)
_EN = re.compile(
    rf"\b(?:am|is|are|was|were|be|been|being|gets?|got)\s+(?:not\s+|\w+ly\s+|also\s+|already\s+|now\s+)?"
    rf"(?:\w{{2,}}(?<!ee)ed|{_IRREGULAR})\b",
    re.IGNORECASE,
)
_DE_AUXILIARY = re.compile(r"\b(?:werden|wird|werde|wirst|werdet|wurden?|wurdest|worden|würden?)\b", re.IGNORECASE)
_DE_PARTICIPLE = re.compile(
    r"\b(?:(?:ab|an|auf|aus|bei|ein|fest|frei|her|hin|mit|nach|vor|weg|zu|zurück|zusammen)?ge\w{2,}(?:t|en)|"
    r"(?:be|emp|ent|er|ver|zer)\w{2,}t|\w{2,}iert)\b",
)
# Who acts, named beside the verb. “By May” and “by the end of the week” say until when.
_EN_ACTOR = re.compile(
    r"\bby\s+(?:(?:us|you|me|him|her|them|our|your|their|his|my)\b|(?:the|an?)\s+(?!end|start|beginning|first|last|next|time|day|way|\d)\w+|"
    r"(?!(?:Jan|Feb|March|April|May|June|July|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun|Q\d)\w*)[A-Z]\w+)"
)
_DE_ACTOR = re.compile(
    r"\b(?:von|durch)\s+(?:uns|Ihnen|euch|mir|dir|ihm|ihr|ihnen|(?:unser|Ihr|ihr|euer|eur|mein|sein)\w*|(?:dem|der|die|den|das)\s+[A-ZÄÖÜ]\w+|"
    r"(?!(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|\w+tag)\b)[A-ZÄÖÜ]\w+)"
)


def is_passive(sentence: Sentence, language: str) -> bool:
    tongue = language.partition("-")[0]
    if tongue == "en":
        return _EN.search(sentence.text) is not None and _EN_ACTOR.search(sentence.text) is None
    if tongue == "de":
        is_found = _DE_AUXILIARY.search(sentence.text) is not None and _DE_PARTICIPLE.search(sentence.text) is not None
        return is_found and _DE_ACTOR.search(sentence.text) is None
    return False
