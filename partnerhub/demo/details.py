"""What each kind asks for beside its text, and the German words of two announcements (`texts/de/`: title, who must act, text)."""

from datetime import date
from pathlib import Path

from django.utils import translation
from django.utils.formats import date_format

from partnerhub.demo import dates

TEXTS = Path(__file__).parent / "texts" / "de"
# A number is so many days after the day of the announcement.
_DETAILS: dict[str, dict[str, str | int]] = {
    "current": {"product": "Current", "version": "1.0", "effective_on": 0},
    "prices": {
        "effective_on": 30, "changes_from": "last year's price list",
        "changes_to": "Gate 3 % less, Beacon 2 % more, premium support 4 % more",
    },
    "shutdown": {
        "effective_on": 40, "act_by": 10,
        "changes_from": "deliveries every working day", "changes_to": "no deliveries for one week",
    },
    "standard": {"effective_on": 60, "changes_from": "KQS 4.0", "changes_to": "KQS 4.1", "act_by": 28},
    "meeting": {"starts_on": 24, "place": "Hradec Králové and online", "register_by": 14},
    "labels": {"used_for": "Labels under KQS 4.0"},
    "label_training": {"starts_on": 14, "place": "online", "register_by": 7},
    "training": {"starts_on": 14, "place": "online", "register_by": 7},
    "security": {"severity": "high", "affected": "Gate 7.0, 7.1 and 7.2", "fixed_in": "Gate 7.2.1", "act_by": 7},
    "sales_play": {"customers": "Those on Harbour with more than 20 pipelines", "product": "Current"},
}  # fmt: skip
_GERMAN = {
    "standard": {"changes_from": "KQS 4.0", "changes_to": "KQS 4.1"},
    "security": {"affected": "Gate 7.0, 7.1 und 7.2", "fixed_in": "Gate 7.2.1"},
}


def details_of(text: str, day: date) -> dict[str, str]:
    if text.startswith("newsletter"):
        return {"period": date_format(day, "F Y")}
    told = _DETAILS.get(text, {})
    return {key: dates.days_after(day, value).isoformat() if isinstance(value, int) else value for key, value in told.items()}


def translations_of(text: str, day: date) -> dict[str, dict]:
    if text not in _GERMAN:
        return {}
    title, who, body = (TEXTS / f"{text}.md").read_text(encoding="utf-8").split("\n", 2)
    title, who, body = (dates.fill_dates(part, day, in_words=_in_german) for part in (title.removeprefix("# "), who, body.strip()))
    return {"de": {"title": title, "call_to_action": who, "body": body, "details": _GERMAN[text]}}


def _in_german(day: date) -> str:
    with translation.override("de"):
        return date_format(day, "j. F")
