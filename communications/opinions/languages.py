"""What an opinion survey asks, in the language that somebody reads. A choice is kept as the survey's own language says it, so that
answers of all languages are counted together."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from communications.models.translations import best_language
from communications.rendering.frame_words import only_in


@dataclass(frozen=True)
class Told:
    """`questions` are as their version keeps them, with the words of `language` and, for a choice, `labels` in the order of its
    options. `missed_by` is the language that is not there, for somebody who reads that one."""

    language: str
    missed_by: str
    title: str
    intro: str
    questions: list[dict[str, Any]]

    @property
    def only_in(self) -> str:
        return only_in(self)


def told_in(survey, questions: list[dict], wanted: str) -> Told:
    """`survey` has a language, a title, an introduction and translations of the two."""
    language = language_for(survey.language, survey.translations, questions, wanted)
    words = survey.translations.get(language or "", {})
    return Told(
        language or survey.language, "" if language else wanted, words.get("title") or survey.title,
        words.get("intro", survey.intro), [in_language(question, language or survey.language) for question in questions],
    )  # fmt: skip


def language_for(own: str, translations: Iterable[str], questions: list[dict], wanted: str) -> str | None:
    """None where there is none for them. A language counts only where each question has it: nothing is mixed."""
    return best_language(wanted, own, [code for code in translations if not lacking(questions, code)])


def lacking(questions: Iterable[dict], language: str) -> list[dict]:
    return [question for question in questions if language not in question.get("translations", {})]


def in_language(question: dict, language: str) -> dict[str, Any]:
    words = question.get("translations", {}).get(language, {})
    return {
        **question, "wording": words.get("wording", question["wording"]), "labels": words.get("options") or question["options"],
    }  # fmt: skip
