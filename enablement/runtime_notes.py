"""What a lesson of a package notes besides where one is: interactions, objectives, preferences and comments, by the words of the
SCORM 1.2 runtime. It is kept as it was said: `{"cmi.objectives.0.id": "soap"}`.

Functions of values, no database. Lists grow by one at their end. Each value is bounded; so are the lists, and interactions, to
which each opening of the lesson adds, by the room that they may take in all."""

import re
from collections.abc import Iterator, Mapping

NO_ROOM, WRONG_ARGUMENT, WRONG_TYPE = 101, 201, 405
INTERACTIONS, OBJECTIVES = "cmi.interactions", "cmi.objectives"
ROOM = 64_000  # characters
PRICE = 16  # of each value, besides its own characters
TYPES = ("true-false", "choice", "fill-in", "matching", "performance", "sequencing", "likert", "numeric")
RESULTS = ("correct", "wrong", "unanticipated", "neutral")
STATUSES = ("passed", "completed", "failed", "incomplete", "browsed", "not attempted")
PREFERENCES = {"audio": "0", "language": "", "speed": "0", "text": "0"}  # as they are before they are set
_MOST = {OBJECTIVES: 100, f"{INTERACTIONS}.n.objectives": 20, f"{INTERACTIONS}.n.correct_responses": 20}
_PLACE = re.compile(r"\.(0|[1-9]\d{0,3})(?=\.)", re.ASCII)
_IDENTIFIER = r"[!-~]{1,255}"
_TIME, _SPAN = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,2})?", r"\d{2,4}:\d{2}:\d{2}(\.\d{1,2})?"
_NUMBER, _SCORE = r"-?\d{1,7}(\.\d{1,7})?", r"|(\d{1,2}(\.\d{1,7})?|100(\.0{1,7})?)"
_TEXT, _LONG_TEXT = r"[^\0]{0,255}", r"[^\0]{0,4096}"
_MAY_BE = {
    shape: re.compile(pattern, re.ASCII | re.DOTALL)
    for shape, pattern in {
        "cmi.comments": _LONG_TEXT,
        "cmi.student_preference.audio": r"-1|\d{1,2}|100",
        "cmi.student_preference.language": _TEXT,
        "cmi.student_preference.speed": r"-?(\d{1,2}|100)",
        "cmi.student_preference.text": r"-1|0|1",
        "cmi.objectives.n.id": _IDENTIFIER,
        "cmi.objectives.n.score.raw": _SCORE,
        "cmi.objectives.n.score.min": _SCORE,
        "cmi.objectives.n.score.max": _SCORE,
        "cmi.objectives.n.status": "|".join(STATUSES),
        "cmi.interactions.n.id": _IDENTIFIER,
        "cmi.interactions.n.objectives.n.id": _IDENTIFIER,
        "cmi.interactions.n.time": _TIME,
        "cmi.interactions.n.type": "|".join(TYPES),
        "cmi.interactions.n.correct_responses.n.pattern": _TEXT,
        "cmi.interactions.n.weighting": _NUMBER,
        "cmi.interactions.n.student_response": _TEXT,
        "cmi.interactions.n.result": f"{'|'.join(RESULTS)}|{_NUMBER}",
        "cmi.interactions.n.latency": _SPAN,
    }.items()
}


class NoteError(Exception):
    def __init__(self, element: str, code: int):
        super().__init__(element, code)
        self.element, self.code = element, code


def is_note(element: str) -> bool:
    return _shape_of(element) in _MAY_BE


def with_notes(kept: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """What was kept with what is said now, of which all are notes. `NoteError` with the code of the standard for the first that may
    not be, and for what finds no room."""
    counts = counts_in(kept)
    for element in sorted(said, key=_in_order):
        if code := error_of(element, said[element], counts):
            raise NoteError(element, code)
        for name, place in places_of(element):
            counts[name] = max(counts.get(name, 0), place + 1)
    notes = {**kept, **said}
    if room_left(notes) < 0:
        raise NoteError(INTERACTIONS, NO_ROOM)
    return notes


def error_of(element: str, value: str, counts: Mapping[str, int]) -> int:
    """0 where the note may be, as far as the room allows. `counts` as `counts_in` gives them."""
    if not is_note(element) or any(place > counts.get(name, 0) for name, place in places_of(element)):
        return WRONG_ARGUMENT
    if not _MAY_BE[_shape_of(element)].fullmatch(value):
        return WRONG_TYPE
    is_full = any(place >= _MOST.get(_shape_of(name), place + 1) for name, place in places_of(element))
    return NO_ROOM if is_full else 0


def counts_in(notes: Mapping[str, str]) -> dict[str, int]:
    """How long each list is: `{"cmi.interactions": 2, "cmi.interactions.0.objectives": 1}`."""
    counts: dict[str, int] = {}
    for element in notes:
        for name, place in places_of(element):
            counts[name] = max(counts.get(name, 0), place + 1)
    return counts


def room_left(notes: Mapping[str, str]) -> int:
    return ROOM - sum(len(value) + PRICE for element, value in notes.items() if element.startswith(INTERACTIONS))


def places_of(element: str) -> Iterator[tuple[str, int]]:
    """The lists that it stands in, the outer one first, each with its place there."""
    for found in _PLACE.finditer(element):
        yield element[: found.start()], int(found[1])


def _shape_of(element: str) -> str:
    return _PLACE.sub(".n", element)


def _in_order(element: str) -> tuple[int, ...]:
    return tuple(place for _name, place in places_of(element))
