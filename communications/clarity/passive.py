"""Sentences that hide who acts. A rule of thumb by word forms, for English and German: it finds most and is sometimes wrong."""

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


def is_passive(sentence: Sentence, language: str) -> bool:
    tongue = language.partition("-")[0]
    if tongue == "en":
        return _EN.search(sentence.text) is not None
    if tongue == "de":
        return _DE_AUXILIARY.search(sentence.text) is not None and _DE_PARTICIPLE.search(sentence.text) is not None
    return False
