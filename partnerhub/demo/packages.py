"""A course of each programme that was made with another program: a small SCORM 1.2 package, packed here from `package/`."""

import json
import uuid
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files.base import ContentFile

from accounts.models import User
from enablement.actions.courses import change_course, publish_course
from enablement.actions.package_runs import Session, keep_told
from enablement.actions.packages import import_package
from enablement.actions.participations import ask_to_take, begin_course
from enablement.models import Attempt, Course, CourseVersion, PackageRun, Participation
from partnerhub.demo import carmaker, dates, vendor
from partnerhub.demo.history import as_of
from partnerhub.demo.worlds import World
from partners.models import Contact

_FILES = Path(__file__).parent / "package"
_MASTERY = 60
_MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="lesson" version="1.0" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="course"><organization identifier="course"><title>%s</title>
<item identifier="item" identifierref="sco"><title>%s</title><adlcp:masteryscore>{_MASTERY}</adlcp:masteryscore></item>
</organization></organizations>
<resources><resource identifier="sco" type="webcontent" adlcp:scormtype="sco" href="index.html"/></resources>
</manifest>"""
BEGUN_DAYS_AGO = 2


@dataclass(frozen=True)
class Question:
    """`right` is the place among the options, from 0."""

    id: str
    text: str
    options: list[str]
    right: int
    why: str


@dataclass(frozen=True)
class PackagePlan:
    title: str
    summary: str
    functions: list[str]
    lesson: str
    objective: str
    pages: dict[str, list[str]]
    questions: list[Question]
    remark: str


CONNECTORS = PackagePlan(
    "Connectors in ten minutes",
    "Which of the 140 connectors a first cluster needs, and which can wait.",
    ["technical", "sales"],
    "Choosing connectors",
    "choose-connectors",
    {
        "Three are enough to begin": [
            "A first cluster begins with three connectors: the one whose data change most often, the one whose users complain "
            "most, and one that nobody would miss.",
            "The third is where you practise. What goes wrong there goes wrong without witnesses.",
        ],
        "What each one costs": [
            "A connector to SAP keeps the documents of ninety days and needs half as much storage again. All others need none to "
            "speak of.",
            "Plan a day for each connector, and a week for the first one.",
        ],
    },
    [
        Question(
            "how-many", "With how many connectors does a first cluster begin?", ["All that are licensed", "Three", "One"], 1,
            "Three: the busiest, the one most complained about, and one to practise on.",
        ),
        Question(
            "storage", "Which connector needs more storage?", ["The one to SAP", "The one to the mail server", "None of them"], 0,
            "SAP keeps the documents of ninety days.",
        ),
        Question(
            "first-week", "How long do you plan for the first connector?", ["An hour", "A day", "A week"], 2,
            "A week for the first, a day for each one after it.",
        ),
    ],
    "Is the week for the first connector with or without the test cluster?",
)  # fmt: skip
PALLET = PackagePlan(
    "A pallet at the gate",
    "What the scanner sees, and what you do before the lorry leaves.",
    ["quality", "logistics"],
    "Before the lorry leaves",
    "scan-before-leaving",
    {
        "Two sides, two labels": [
            "The scanner at the gate stands on the left or on the right, and nobody tells you which. A pallet carries the same "
            "label on two sides that meet at a corner.",
            "Foil over a label is allowed as long as it lies flat. A fold is enough to make the code unreadable.",
        ],
        "Scan it yourselves": [
            "Scan each pallet once on your own ramp, on both sides. It takes eight seconds.",
            "A pallet that comes back takes a day, and the line on the other side waits for it.",
        ],
    },
    [
        Question(
            "sides", "On how many sides does a pallet carry its label?", ["One", "Two that meet", "All four"], 1,
            "Two that meet at a corner: the scanner stands on either hand.",
        ),
        Question(
            "foil", "The foil over a label has a fold. What do you do?",
            ["Let it go, foil is allowed", "Write the number beside it", "Smooth or cut the foil and scan again"], 2,
            "A fold makes the code unreadable; foil has to lie flat.",
        ),
        Question(
            "scan", "When is a pallet scanned for the first time?", ["On your ramp", "At the gate", "In the plant"], 0,
            "On your own ramp, where a mistake costs eight seconds.",
        ),
    ],
    "Does this also hold for half pallets?",
)  # fmt: skip


def teach_by_packages(worlds: dict[str, World], managers: dict[str, User]) -> None:
    """One of each programme; somebody has answered, one question wrongly, and said what was unclear."""
    for plan, key, author, address in (
        (CONNECTORS, vendor.PROGRAMME.key, "author", "member@demo.example"),
        (PALLET, carmaker.PROGRAMME.key, "pavel", "supplier@demo.example"),
    ):
        course = _taken_in(plan, worlds[key], managers[author])
        _answer(plan, course, Contact.objects.get(email=address), managers[author])


def packed(plan: PackagePlan) -> bytes:
    """The ZIP file, as an authoring program would export it."""
    content = {
        "title": plan.lesson, "objective": plan.objective, "mastery": _MASTERY,
        "pages": [{"title": title, "text": text} for title, text in plan.pages.items()],
        "questions": [{"title": f"Question {n}", **vars(question)} for n, question in enumerate(plan.questions, 1)],
    }  # fmt: skip
    kept = BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", _MANIFEST % (plan.title, plan.lesson))
        archive.writestr("content.js", f"const LESSON = {json.dumps(content, indent=1)};\n")
        for path in sorted(_FILES.iterdir()):
            archive.write(path, path.name)
    return kept.getvalue()


def _taken_in(plan: PackagePlan, world: World, by: User) -> Course:
    with as_of(dates.days_ago(20)):
        course = import_package(ContentFile(packed(plan), name=f"{plan.objective}.zip"), by=by, programme=world.programme)
        change_course(course, by=by, summary=plan.summary, functions=plan.functions)
        publish_course(course, by=by)
    CourseVersion.objects.filter(course=course).update(published_at=dates.days_ago(19))
    return course


def _answer(plan: PackagePlan, course: Course, contact: Contact, by: User) -> None:
    at = dates.days_ago(BEGUN_DAYS_AGO)
    with as_of(at):
        ask_to_take(course, [contact], by=by, due_on=dates.days_after(dates.today(), 20))
        participation = begin_course(course, contact, by=contact.user)
        lesson = participation.version.lessons.get()
        session = Session(1, uuid.uuid4())
        keep_told(participation, lesson, session=session, said=said_of(plan), is_finished=True, by=contact.user)
    Participation.objects.filter(pk=participation.pk).update(began_at=at, created_at=at, passed_at=at)
    PackageRun.objects.filter(participation=participation).update(changed_at=at)
    Attempt.objects.filter(participation=participation).update(began_at=at, evaluated_at=at)


def said_of(plan: PackagePlan) -> dict[str, str]:
    """As `lesson.js` says it of somebody who got the second question wrong."""
    right = len(plan.questions) - 1
    score = str(100 * right // len(plan.questions))
    said = {
        "cmi.core.score.raw": score, "cmi.core.lesson_status": "passed", "cmi.core.session_time": "00:06:40",
        "cmi.core.lesson_location": str(len(plan.pages) + len(plan.questions)), "cmi.comments": plan.remark,
        "cmi.objectives.0.id": plan.objective, "cmi.objectives.0.status": "passed", "cmi.objectives.0.score.raw": score,
    }  # fmt: skip
    chosen = [question.right if n != 1 else (question.right + 1) % 3 for n, question in enumerate(plan.questions)]
    for n, (question, answer) in enumerate(zip(plan.questions, chosen, strict=True)):
        told = {
            "id": question.id, "objectives.0.id": plan.objective, "type": "choice", "student_response": "abc"[answer],
            "correct_responses.0.pattern": "abc"[question.right], "latency": f"00:00:{14 + 7 * n}",
            "result": "correct" if answer == question.right else "wrong",
        }  # fmt: skip
        said |= {f"cmi.interactions.{n}.{name}": value for name, value in told.items()}
    return {**said, "cmi.suspend_data": json.dumps(chosen)}
