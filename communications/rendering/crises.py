"""The words of a crisis as its messages carry them. A drill says so itself, in the language of each text: in the title, in the line
that says who must act, and in the first line of the text, so that no channel can leave it out."""

from typing import NamedTuple

LONGEST_TITLE = LONGEST_LINE = 200


class DrillWords(NamedTuple):
    mark: str
    sentence: str


_EN = DrillWords("DRILL", "This is a drill. Nothing has happened. Please do everything as if it had, and acknowledge.")
_BY_TONGUE = {
    "en": _EN,
    "de": DrillWords("ÜBUNG", "Dies ist eine Übung, es ist nichts geschehen. Bitte handeln Sie wie im Ernstfall, und bestätigen."),
    "fr": DrillWords("EXERCICE", "Ceci est un exercice, rien n’est arrivé. Agissez comme en situation réelle et confirmez."),
    "es": DrillWords("SIMULACRO", "Esto es un simulacro. No ha pasado nada. Actúe como si fuera real y confirme, por favor."),
}  # fmt: skip


def drill_words(language: str) -> DrillWords:
    """In English where they are not known in that language."""
    return _BY_TONGUE.get(language.partition("-")[0], _EN)


def as_drill(words: dict[str, str], language: str) -> dict[str, str]:
    mark, sentence = drill_words(language)
    return {
        **words,
        "title": f"[{mark}] {words['title']}"[:LONGEST_TITLE],
        "call_to_action": f"{mark}: {words['call_to_action']}"[:LONGEST_LINE],
        "body": f"**{sentence}**\n\n{words['body']}",
    }


def announced(words: dict[str, dict[str, str]], language: str, *, is_drill: bool, place: str = "") -> dict:
    """The fields of the announcement that says this, `language` being that of the text itself and all others its translations."""
    told = {code: as_drill(text, code) if is_drill else text for code, text in words.items()}
    own = told.pop(language)
    return {
        "language": language, "title": own["title"], "body": own["body"], "call_to_action": own["call_to_action"],
        "details": _details(own, place),
        "translations": {
            code: {"title": text["title"], "body": text["body"], "call_to_action": text["call_to_action"],
                   "details": _details(text, place)}
            for code, text in told.items()
        },
    }  # fmt: skip


def _details(text: dict[str, str], place: str) -> dict[str, str]:
    said = {"what_happened": text["what_happened"], "place": place, "next_update": text["next_update"]}
    return {name: value for name, value in said.items() if value}
