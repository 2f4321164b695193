"""What a lesson of a package tells, by the words of the SCORM 1.2 runtime: read, bounded, or refused by its error code.

Functions of values, no database. The browser checks the same before it sends (`static/js/package-runtime.js`); what arrives is not
believed."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from activity.refusals import Invalid
from enablement.runtime_notes import NoteError, is_note, with_notes

WRONG_ARGUMENT, KEYWORD, READ_ONLY, WRONG_TYPE = 201, 402, 403, 405
TOLD_STATUSES = ("passed", "completed", "failed", "incomplete", "browsed")
EXITS = ("", "time-out", "suspend", "logout")
MOST_SECONDS = 9999 * 3600 + 99 * 60 + 99
_TIME = re.compile(r"(\d{2,4}):(\d{2}):(\d{2})(?:\.\d{1,2})?", re.ASCII)
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,10})?", re.ASCII)
_SHOWN_BEGIN = ("cmi.student_data.", "cmi.launch_data", "cmi.comments_from_lms")
_SHOWN_ONLY = ("student_id", "student_name", "credit", "entry", "total_time", "lesson_mode")


class Score(NamedTuple):
    """Each from 0 to 100; None where it was not told."""

    raw: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def percent(self) -> int | None:
        """Whole, rounded down: of what lies between the least and the most where both are told, else the number itself."""
        if self.raw is None:
            return None
        low, high = (self.low, self.high) if self.low is not None and self.high is not None else (Decimal(0), Decimal(100))
        if high <= low:
            return int(self.raw)
        return max(0, min(100, int(100 * (self.raw - low) / (high - low))))


def read_told(said: Mapping[str, str]) -> dict[str, Any]:
    """By the name of the field that keeps it; only what was told, and no notes. `Invalid` with the code of the standard, such as
    `scorm_405`, and nothing of the rest is taken then."""
    told = {}
    for element, value in said.items():
        if is_note(element):
            continue
        if element not in _READ:
            raise _not_taken(element, _code_of(element))
        name, read = _READ[element]
        told[name] = read(element, value)
    return told


def read_notes(kept: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """What was kept with the notes among what is told. `Invalid` as above."""
    try:
        return with_notes(kept, {element: value for element, value in said.items() if is_note(element)})
    except NoteError as wrong:
        raise _not_taken(wrong.element, wrong.code) from None


def _code_of(element: str) -> int:
    if element.rpartition(".")[2] in ("_children", "_count", "_version"):
        return KEYWORD
    is_shown = element.removeprefix("cmi.core.") in _SHOWN_ONLY or element.startswith(_SHOWN_BEGIN)
    return READ_ONLY if is_shown else WRONG_ARGUMENT


def _not_taken(element: str, code: int) -> Invalid:
    sentence = _("The lesson told something that SCORM 1.2 does not allow (%(element)s, error %(code)d), so it was not kept. "
                 "Tell your partner manager.")  # fmt: skip
    return Invalid(sentence % {"element": element[:60], "code": code}, code=f"scorm_{code}", field=element[:60])


def _one_of(words: tuple[str, ...]) -> Callable[[str, str], str]:
    def read(element: str, value: str) -> str:
        if value not in words:
            raise _not_taken(element, WRONG_TYPE)
        return value

    return read


def _text(longest: int) -> Callable[[str, str], str]:
    def read(element: str, value: str) -> str:
        if len(value) > longest or "\0" in value:
            raise _not_taken(element, WRONG_TYPE)
        return value

    return read


def _score(element: str, value: str) -> Decimal | None:
    if value == "":
        return None
    if not _NUMBER.fullmatch(value) or Decimal(value) > 100:
        raise _not_taken(element, WRONG_TYPE)
    return round(Decimal(value), 4)


def _seconds(element: str, value: str) -> int:
    found = _TIME.fullmatch(value)
    if not found:
        raise _not_taken(element, WRONG_TYPE)
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])


def time_of(seconds: int) -> str:
    """As SCORM writes it: HHHH:MM:SS, no more than it can write."""
    seconds = min(seconds, 9999 * 3600 + 59 * 60 + 59)
    return f"{seconds // 3600:04}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def number_of(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"


_READ: dict[str, tuple[str, Callable[[str, str], Any]]] = {
    "cmi.core.lesson_status": ("status", _one_of(TOLD_STATUSES)),
    "cmi.core.lesson_location": ("location", _text(255)),
    "cmi.suspend_data": ("suspend_data", _text(4096)),
    "cmi.core.score.raw": ("score_raw", _score),
    "cmi.core.score.min": ("score_min", _score),
    "cmi.core.score.max": ("score_max", _score),
    "cmi.core.session_time": ("session_seconds", _seconds),
    "cmi.core.exit": ("exit", _one_of(EXITS)),
}
