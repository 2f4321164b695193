"""From what was typed to what the full text is asked: for each thing named a query that finds it in every language of the index,
by its synonyms, and by what was meant where no text has such a word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.cache import cache
from django.db import connection
from django.utils.translation import get_language

from search.languages import PLAIN, configuration_of
from search.models import Passage
from search.questions import Question

MOST_UNITS = 12
LONGEST_SYNONYM = 4  # words
SHORTEST_GUESSED = 4  # letters
SHORTEST_BEGINNING = 2
SHORTEST_PART = 5  # letters
PUT_TOGETHER = ("de", "nl", "da", "sv", "nb", "no", "fi")
MOST_PARTS = 8
ALIKE = 0.38  # trigrams in common: “rebait” for “rebate” is, “discont” for “disk” is not
CONFIGURATIONS_KEPT_SECONDS = 60
ENDING = re.compile(r"(?<=\w{4})(?:e?n|e?s|e)$")
# All that has to be known of the words, in one question: which say nothing in a language, what was meant by one that no text has,
# and which mean the same as others.
KNOWN = """
SELECT 'empty', word, '' FROM unnest(%(words)s::text[]) AS word WHERE {emptied}
UNION ALL
SELECT 'meant', asked.word, near.word FROM unnest(%(long)s::text[]) AS asked (word) CROSS JOIN LATERAL (
    SELECT w.word FROM search_word w WHERE w.word %% asked.word AND similarity(w.word, asked.word) >= %(alike)s
    ORDER BY similarity(w.word, asked.word) DESC, w.word LIMIT 3
) near WHERE NOT EXISTS (SELECT FROM search_word w WHERE w.word = asked.word)
{parts}
UNION ALL
SELECT 'same', s.id::text, name FROM search_synonym s, unnest(s.words || s.word) AS name
WHERE (s.word = ANY(%(names)s::varchar[]) OR s.words && %(names)s::varchar[]) AND s.language IN ('', %(language)s)
"""
# Words that others are put together from, as “Pumpe” is in “Wärmepumpe”. Where the reader's language is one that does that, they
# are looked for always; else where no text has the word.
PARTS = """
UNION ALL
SELECT 'meant', part.asked, near.word FROM unnest(%(asked)s::text[], %(core)s::text[]) AS part (asked, core) CROSS JOIN LATERAL (
    SELECT w.word FROM search_word w WHERE w.word LIKE '%%' || part.core || '%%' AND w.word <> part.asked
    ORDER BY length(w.word), w.word LIMIT %(most)s
) near WHERE %(always)s OR NOT EXISTS (SELECT FROM search_word w WHERE w.word = part.asked)
UNION ALL
SELECT 'meant', part.asked, w.word FROM unnest(%(wholes)s::text[], %(parts)s::text[]) AS part (asked, word)
    JOIN search_word w USING (word) WHERE %(always)s OR NOT EXISTS (SELECT FROM search_word w WHERE w.word = part.asked)
"""


@dataclass(frozen=True)
class Wording:
    """`units` are expressions of SQL, each of one thing that was named; their parameters have names."""

    units: list[str]
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def any_unit(self) -> str:
        return " || ".join(self.units)

    @property
    def all_units(self) -> str:
        return " && ".join(self.units)

    @property
    def enough(self) -> str:
        """One of two, two of more: one alone of many words is in too many texts, and all together are often in none."""
        if len(self.units) < 3:
            return self.any_unit
        return " || ".join(f"({one} && {other})" for i, one in enumerate(self.units) for other in self.units[i + 1 :])

    @property
    def share(self) -> str:
        return f"({' + '.join(f'(p.words @@ {unit})::int' for unit in self.units)})::float / {len(self.units)}"


def wording_of(question: Question, *, is_being_typed: bool = False) -> Wording:
    """`is_being_typed`: the last word may be the beginning of one."""
    configurations = _configurations()
    known = _known(question.words, configurations, with_parts=is_being_typed)
    words = [word for word in question.words if word not in known["empty"]] or list(question.words)
    units = _named(words, known)[:MOST_UNITS]
    wording = Wording([])
    for alternatives in units:
        wording.units.append(_unit(alternatives, configurations, wording.parameters))
    last = question.words[-1]
    if is_being_typed and last in units[-1] and last.isalnum() and len(last) >= SHORTEST_BEGINNING:
        wording.parameters["beginning"] = f"'{last}':*"
        wording.units[-1] = f"({wording.units[-1]} || to_tsquery('{PLAIN}', %(beginning)s))"
    return wording


def _configurations() -> list[str]:
    """Those of the texts there are, asked for once a minute, and the reader's."""
    in_use = cache.get_or_set("search.configurations", _configurations_in_use, CONFIGURATIONS_KEPT_SECONDS)
    return sorted({configuration_of(_language()), PLAIN, *(in_use or ())})


def _configurations_in_use() -> list[str]:
    return list(Passage.objects.order_by().values_list("configuration", flat=True).distinct())


def _known(words: tuple[str, ...], configurations: list[str], *, with_parts: bool) -> dict[str, dict[str, list[str]]]:
    """By what it is, then by word or row. `with_parts` as well those that are put together."""
    emptied = " OR ".join(f"numnode(plainto_tsquery('{name}', word)) = 0" for name in configurations)
    long = [word for word in words if len(word) >= SHORTEST_GUESSED and word.isalpha()]
    names = _names(words)
    asked = {"words": list(words), "long": long, "names": names, "alike": ALIKE, "language": _language()}
    if with_parts:
        asked |= _parts(long)
    known: dict[str, dict[str, list[str]]] = {"empty": {}, "meant": {}, "same": {}}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN.format(emptied=emptied, parts=PARTS if with_parts else ""), asked)
        for what, key, said in cursor.fetchall():
            known[what].setdefault(key, []).append(said)
    return known


def _parts(words: Sequence[str]) -> dict[str, object]:
    """What each may be a part of, without the ending that it loses there, and what it may be put together from."""
    cores = [(word, ENDING.sub("", word)) for word in words if len(word) >= SHORTEST_PART]
    pairs = sorted({(word, part) for word in words for part in _halves(word)})
    return {
        "asked": [word for word, _core in cores], "core": [core for _word, core in cores], "most": MOST_PARTS,
        "wholes": [word for word, _part in pairs], "parts": [part for _word, part in pairs],
        "always": _language() in PUT_TOGETHER,
    }  # fmt: skip


def _halves(word: str) -> set[str]:
    """Its beginnings and its ends: “kündigungsfrist” has “kündigung” and “frist”."""
    places = range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)
    return {half for at in places for half in (word[:at], word[at:])}


def _language() -> str:
    return (get_language() or "en").partition("-")[0]


def _names(words: Sequence[str]) -> list[str]:
    """Each word, and up to so many that stand together."""
    return [" ".join(words[i : i + n]) for n in range(1, LONGEST_SYNONYM + 1) for i in range(len(words) - n + 1)]


def _named(words: list[str], known: dict[str, dict[str, list[str]]]) -> list[list[str]]:
    """Each thing named with all ways to say it, the longest known name first."""
    same = {name: group for group in known["same"].values() for name in group}
    units, at = [], 0
    while at < len(words):
        for length in range(min(LONGEST_SYNONYM, len(words) - at), 0, -1):
            name = " ".join(words[at : at + length])
            if length == 1 or name in same:
                units.append([name, *same.get(name, ()), *known["meant"].get(name, ())])
                at += length
                break
    return units


def _unit(alternatives: list[str], configurations: list[str], parameters: dict[str, str]) -> str:
    asked = []
    for phrase in dict.fromkeys(alternatives):
        name = f"phrase_{len(parameters)}"
        parameters[name] = phrase
        asked += [f"phraseto_tsquery('{configuration}', %({name})s)" for configuration in configurations]
    return f"({' || '.join(asked)})"
