"""What learning keeps of people: found for their own copy, and forgotten. How many passed stays counted."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enablement.models import (
    Attempt,
    Certificate,
    Course,
    CoursePackage,
    LearningPath,
    Lesson,
    NamedOnBoards,
    PackageItem,
    PackageRun,
    Participation,
    QuizQuestion,
    Scene,
    VideoWatched,
)
from partners.personal_data import ERASED, Person, forget_in, register_eraser


def register() -> None:
    register_eraser("courses taken", _find_courses, _erase_courses, title=_("Courses"))
    register_eraser("attempts", _find_attempts, _erase_attempts, title=_("Attempts"))
    register_eraser("package runs", find_runs, erase_runs, title=_("Lessons of packages"))
    register_eraser("videos watched", _find_watched, _erase_watched, title=_("Videos of lessons"))
    register_eraser("certificates", _find_certificates, _erase_certificates, title=_("Certificates"))
    register_eraser("boards", _find_named, _erase_named, title=_("Boards"))
    register_eraser("lessons", lambda person: [], _erase_words)


def _find_courses(person: Person) -> Iterator[dict]:
    for row in Participation.objects.filter(contact__in=person.contact_ids).select_related("course").order_by("-pk"):
        yield {
            "course": row.course.title, "asked": row.asked_at, "until": row.due_on, "begun": row.began_at, "passed": row.passed_at,
        }  # fmt: skip


def _erase_courses(person: Person) -> int:
    """Nobody is asked any more; what was done stays counted without saying by whom."""
    rows = Participation.objects.filter(contact__in=person.contact_ids)
    return rows.exclude(due_on=None, renews_until=None).update(due_on=None, renews_until=None)


def _attempts(person: Person):
    return Attempt.objects.filter(participation__contact__in=person.contact_ids)


def _find_attempts(person: Person) -> Iterator[dict]:
    for row in _attempts(person).select_related("lesson").order_by("-pk"):
        yield {
            "lesson": row.lesson.title, "attempt": row.number, "begun": row.began_at, "percent": row.score, "passed": row.is_passed,
        }  # fmt: skip


def _erase_attempts(person: Person) -> int:
    """What somebody answered is theirs; the score stays."""
    return _attempts(person).exclude(answers={}, right={}, drawn=[]).update(answers={}, right={}, drawn=[])


def _runs(person: Person):
    return PackageRun.objects.filter(participation__contact__in=person.contact_ids)


def find_runs(person: Person) -> Iterator[dict]:
    for row in _runs(person).select_related("lesson").order_by("-pk"):
        yield {
            "lesson": row.lesson.title, "standing": row.status, "seconds": row.seconds, "percent": row.score_raw,
            "place": row.location, "kept by the lesson": row.suspend_data, "noted": row.notes, "last": row.changed_at,
        }  # fmt: skip


def erase_runs(person: Person) -> int:
    """What the lesson kept of them goes, answers among it; how it ended stays."""
    return _runs(person).exclude(location="", suspend_data="", notes={}).update(location="", suspend_data="", notes={})


def _watched(person: Person):
    return VideoWatched.objects.filter(participation__contact__in=person.contact_ids)


def _find_watched(person: Person) -> Iterator[dict]:
    for row in _watched(person).select_related("lesson").order_by("-pk"):
        yield {"lesson": row.lesson.title, "percent": row.percent, "last": row.changed_at}


def _erase_watched(person: Person) -> int:
    return _watched(person).delete()[0]


def _find_certificates(person: Person) -> Iterator[dict]:
    for row in Certificate.objects.filter(contact__in=person.contact_ids).order_by("-pk"):
        yield {
            "number": row.number, "name": row.name, "course": row.title, "issued": row.issued_on, "expires": row.expires_on,
            "revoked": row.revoked_at, "reason": row.reason,
        }  # fmt: skip


def _erase_certificates(person: Person) -> int:
    """The page of a certificate says no name any more, and no badge is made of it."""
    own = Certificate.objects.filter(contact__in=person.contact_ids)
    return own.exclude(Q(name=ERASED, reason="")).update(name=ERASED, reason="") + forget_in(
        person, Certificate.objects.all(), "reason"
    )


def _find_named(person: Person) -> Iterator[dict]:
    for row in NamedOnBoards.objects.filter(contact__in=person.contact_ids):
        yield {"agreed to be named": row.agreed_at}


def _erase_named(person: Person) -> int:
    return NamedOnBoards.objects.filter(contact__in=person.contact_ids).delete()[0]


def _erase_words(person: Person) -> int:
    """Where an author named them."""
    changed = forget_in(person, Course.objects.all(), "title", "summary") + forget_in(person, Certificate.objects.all(), "title")
    changed += forget_in(person, LearningPath.objects.all(), "title", "summary") + forget_in(
        person, Lesson.objects.all(), "title", "body", "transcript", "captions"
    )
    changed += forget_in(person, CoursePackage.objects.all(), "name") + forget_in(person, PackageItem.objects.all(), "title")
    changed += forget_in(person, QuizQuestion.objects.all(), "text", "options", "explanation")
    return changed + forget_in(person, Scene.objects.all(), "title", "text", "choices")
