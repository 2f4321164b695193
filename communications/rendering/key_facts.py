"""What the kind of an announcement asks for, as readers see it above the text: a label and a value, in its own language."""

from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.formats import date_format

from communications.kinds import DETAILS, Form, rules_of
from communications.rendering.frame_words import frame_words


@dataclass(frozen=True)
class KeyFact:
    """`before` is what it was, where the value is a change."""

    label: str
    value: str
    before: str = ""


def key_facts(version) -> list[KeyFact]:
    """Of a version, or of whatever has its kind, its details and its language."""
    words, told = frame_words(version.language), version.details
    facts = []
    for key in rules_of(version.kind).details:
        value = told.get(key, "")
        if not value or key == "changes_from" and told.get("changes_to"):
            continue
        if key == "changes_to" and told.get("changes_from"):
            facts.append(KeyFact(words.changes, value, told["changes_from"]))
        else:
            facts.append(KeyFact(words.labels[key], _shown(key, value, version.language)))
    return facts


def _shown(key: str, value: str, language: str) -> str:
    form = DETAILS[key].form
    if form == Form.CHOICE:
        return frame_words(language).severities.get(value, value)
    return day_in(language, date.fromisoformat(value)) if form == Form.DATE else value


def day_in(language: str, day: date) -> str:
    with translation.override(language):
        return date_format(day, "DATE_FORMAT")
