"""A lesson of a package as its frame opens it: where it is, and what its runtime says to it."""

import json
import uuid
from dataclasses import dataclass

from enablement.models import Lesson, LessonKind, PackageRun, Participation, RunStatus
from enablement.package_links import address_for_author, address_for_learner
from enablement.runtime_notes import INTERACTIONS, PREFERENCES, counts_in, room_left
from enablement.runtime_values import number_of, time_of
from partners.models import Contact


@dataclass(frozen=True)
class Frame:
    """`name` is the name of its window, as JSON: it outlives the pages of a package, which share nothing else. `session` and `key`
    are told with everything that is kept; by the key the page around it knows its frame, also while that is being left."""

    address: str
    name: str = ""
    session: int = 0
    key: str = ""


def frame_for_learner(lesson: Lesson, participation: Participation, contact: Contact, *, portal: str) -> Frame | None:
    """None where the lesson is none of a package. One query. `portal` is where messages go: the origin of the page around it."""
    if lesson.kind != LessonKind.PACKAGE:
        return None
    address = address_for_learner(lesson.item, participation)
    if not lesson.item.reports:
        return Frame(address)
    run = PackageRun.objects.filter(participation=participation, lesson=lesson).first() or PackageRun()
    values = {**_about(lesson, run), "cmi.core.student_id": str(contact.public_id), "cmi.core.student_name": contact.name}
    key = str(uuid.uuid4())
    return Frame(address, _name(values, run, portal, key), run.session + 1, key)


def frame_for_author(lesson: Lesson, user, *, portal: str) -> Frame | None:
    """As a learner sees it who has not begun; nobody listens to what it tells."""
    if lesson.kind != LessonKind.PACKAGE:
        return None
    run = PackageRun()
    values = {**_about(lesson, run), "cmi.core.student_id": "author", "cmi.core.student_name": user.name or user.email}
    return Frame(address_for_author(lesson.item, user), _name(values, run, portal) if lesson.item.reports else "")


def _about(lesson: Lesson, run: PackageRun) -> dict[str, str]:
    mastery = lesson.item.mastery
    return {
        "cmi.core.lesson_location": run.location, "cmi.core.lesson_status": str(run.status), "cmi.core.entry": _entry(run),
        "cmi.core.score.raw": number_of(run.score_raw), "cmi.core.score.min": number_of(run.score_min),
        "cmi.core.score.max": number_of(run.score_max), "cmi.core.total_time": time_of(run.seconds),
        "cmi.suspend_data": run.suspend_data, "cmi.launch_data": lesson.item.launch_data,
        "cmi.student_data.mastery_score": "" if mastery is None else str(mastery),
        "cmi.comments": "", **{f"cmi.student_preference.{name}": value for name, value in PREFERENCES.items()},
        **{element: value for element, value in run.notes.items() if not element.startswith(INTERACTIONS)},
    }  # fmt: skip


def _entry(run: PackageRun) -> str:
    """Who was cut off, or left it for later, resumes."""
    if run.status == RunStatus.NOT_ATTEMPTED and not run.session:
        return "ab-initio"
    return "resume" if run.exit == "suspend" or not run.is_finished else ""


def _name(values: dict[str, str], run: PackageRun, portal: str, key: str = "") -> str:
    """Interactions are written and never read, so of these it is told how many there are and how much room is left."""
    lists = {"counts": counts_in(run.notes), "room": room_left(run.notes)}
    return json.dumps({"scorm": "1.2", "portal": portal, "key": key, "values": values, **lists, "told": {}}, ensure_ascii=False)
