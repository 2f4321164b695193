"""Which courses a partner's person sees, and how far they are."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from context.membership import meant_for
from context.rules import compile_rules
from enablement.models import Attempt, Certificate, Course, CourseState, CourseVersion, Lesson, LessonDone, Participation
from enablement.models.courses import Serves
from enablement.queries.attempts import used_up
from enablement.queries.lesson_videos import HEAVY, has_watched
from enablement.queries.package_answers import has_answers
from enablement.queries.quiz_answers import has_attempts
from partners.models import Contact, Enrolment


def courses_for(contact: Contact) -> QuerySet[Course]:
    """What this person may begin, and what they have on their list already, as long as it is not a draft."""
    return courses_of([contact], meant_for([contact], Course.objects.published()))


def course_for(contact: Contact, public_id: UUID) -> QuerySet[Course]:
    """The same of this one alone: no other segment is looked at."""
    meant = meant_for([contact], Course.objects.published().filter(public_id=public_id))
    return courses_of([contact], meant).filter(public_id=public_id)


def courses_of(people: list[Contact], meant: Q) -> QuerySet[Course]:
    """What is `meant` for one of these people, and what they have on their lists. `may_begin`: retired courses are begun by nobody,
    the others by those whom they are meant for, and by whom they were asked of."""
    offered = Q(pk__in=Course.objects.published().filter(meant).order_by().values("pk"))
    taken = Participation.objects.filter(contact__in=[each.pk for each in people])
    begun = ~Q(state=CourseState.DRAFT) & Q(pk__in=taken.values("course"))
    asked = Q(state=CourseState.PUBLISHED, pk__in=taken.open().values("course"))
    rows = Course.objects.filter(offered | begun)
    return rows.annotate(may_begin=ExpressionWrapper(offered | asked, BooleanField()))


def may_begin(contact: Contact, course: Course) -> bool:
    return course_for(contact, course.public_id).filter(may_begin=True).exists()


def audience_of(course: Course, *, visible_to=None) -> QuerySet[Contact]:
    """Everybody whom it is for."""
    places = Enrolment.objects.current().filter(programme=course.programme_id).values("partner")
    people = Contact.objects.current().filter(partner__in=places)
    if course.segment:
        chosen = compile_rules(course.segment.rule, course.segment.contact_rule).contacts().order_by()
        people = people.filter(pk__in=chosen.values("pk"))
    return people if visible_to is None else people.filter(pk__in=Contact.objects.visible_to(visible_to).order_by().values("pk"))


def asked_courses(contact: Contact) -> QuerySet[Participation]:
    """What waits for this person because somebody asked."""
    rows = Participation.objects.open().filter(contact=contact).exclude(asked_at=None)
    return rows.filter(Q(course__state=CourseState.PUBLISHED) | Q(began_at__isnull=False))


@dataclass(frozen=True)
class Taken:
    """A course as one person has it: `latest` is their participation that counts, `held` the certificate that is valid."""

    course: Course
    latest: Participation | None
    lessons: int
    done: int
    serves: bool = False
    held: Certificate | None = None

    @property
    def percent(self) -> int:
        return 100 * self.done // self.lessons if self.lessons else 0

    @property
    def standing(self) -> str:
        return self.latest.standing if self.latest else "new"

    @property
    def is_passed(self) -> bool:
        """Also while a certificate that is valid is renewed; no more once it was revoked."""
        return self.held is not None or (self.standing == "passed" and not (self.certificate and self.certificate.revoked_at))

    @property
    def certificate(self) -> Certificate | None:
        return self.held or (getattr(self.latest, "certificate", None) if self.latest else None)

    @property
    def is_late(self) -> bool:
        return bool(self.latest and not self.latest.passed_at and self.latest.due_on and self.latest.due_on < timezone.localdate())


def taken_by(contact: Contact) -> list[Taken]:
    """All courses of this person, those that serve their function, product or stage first; a fixed number of queries."""
    rows = Participation.objects.filter(contact=contact).select_related("certificate", "version")
    rows = rows.annotate(n_done=Count("done")).order_by("created_at", "pk")
    latest = {row.course_id: row for row in rows}  # the last one wins
    issued = (getattr(row, "certificate", None) for row in rows)
    held = {each.course_id: each for each in issued if each and each.standing == "valid"}
    offered = courses_for(contact).annotate(stage_here=stage_there(contact))
    courses = list(offered.select_related("programme", "product", "certification").order_by("title", "pk"))
    counts = _lessons_in([course.pk for course in courses])
    found = []
    for course in courses:
        row = latest.get(course.pk)
        version = row.version_id if row and row.version_id else None
        lessons = counts.get(version) if version else counts.get(("newest", course.pk))
        found.append(Taken(course, row, lessons or 0, row.n_done if row else 0, serves(course, contact), held.get(course.pk)))
    return sorted(found, key=lambda taken: (not taken.serves, taken.course.title))


def _lessons_in(courses: list[int]) -> dict:
    """By version, and for each course that of its newest published one."""
    counted: dict = {}
    rows = CourseVersion.objects.filter(course__in=courses).exclude(published_at=None).annotate(n=Count("lessons"))
    for pk, course, n in rows.order_by("number").values_list("pk", "course", "n"):
        counted[pk] = counted["newest", course] = n
    return counted


def stage_there(contact: Contact) -> Subquery:
    """Of the contact's partner in the programme of each row."""
    places = Enrolment.objects.current().filter(partner=contact.partner_id, programme=OuterRef("programme"))
    return Subquery(places.order_by().values("stage"))


def serves(row: Serves, contact: Contact) -> bool:
    """Their function, or where their partner stands: `row` has it as `stage_here`."""
    return bool(set(row.functions) & set(contact.functions)) or bool(row.stage and row.stage == row.stage_here)


def newest_version(course: Course) -> CourseVersion | None:
    return course.versions.exclude(published_at=None).order_by("-number").first()


# --- One course, as its page shows it -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """A lesson with what this person did of it. `number` is its place, from 1."""

    number: int
    lesson: Lesson
    is_done: bool
    attempts: list[Attempt]

    @property
    def running(self) -> Attempt | None:
        return next((attempt for attempt in self.attempts if not attempt.is_evaluated), None)

    @property
    def last(self) -> Attempt | None:
        return next((attempt for attempt in self.attempts if attempt.is_evaluated), None)

    @property
    def left(self) -> int | None:
        """Attempts that are left; None where there is no limit."""
        return self.lesson.left_after(self.attempts)

    @property
    def is_used_up(self) -> bool:
        return not self.is_done and self.running is None and self.left == 0

    @property
    def best(self) -> int | None:
        return max((attempt.score for attempt in self.attempts if attempt.score is not None), default=None)


@dataclass(frozen=True)
class Progress:
    participation: Participation | None
    version: CourseVersion
    steps: list[Step]
    newest: int

    @cached_property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def percent(self) -> int:
        return 100 * self.done // len(self.steps) if self.steps else 0

    @property
    def next(self) -> Step | None:
        """What one may go on with."""
        return next((step for step in self.steps if not step.is_done and not step.is_used_up), None)

    @property
    def used_up(self) -> list[Step]:
        return [step for step in self.steps if step.is_used_up]

    @property
    def minutes(self) -> int:
        return sum(step.lesson.minutes or 0 for step in self.steps)

    @property
    def is_timed(self) -> bool:
        """Every lesson says how long it takes."""
        return all(step.lesson.minutes for step in self.steps)

    @property
    def is_older(self) -> bool:
        return self.version.number < self.newest


def progress_of(course: Course, participation: Participation | None) -> Progress | None:
    """None where nothing is published. Two queries, one more where some of it is tried."""
    newest = newest_version(course)
    version = participation.version if participation and participation.version_id else newest
    if version is None or newest is None:
        return None
    done = LessonDone.objects.filter(participation=participation, lesson=OuterRef("pk"))
    # Named, since what is counted along is not in the order of its model.
    lessons = version.lessons.order_by("order", "pk").select_related("item", "video", "library_video")
    lessons = lessons.defer("captions", *(f"library_video__{name}" for name in HEAVY))
    lessons = lessons.annotate(n_questions=Count("questions"), is_done=Exists(done))
    tried: dict[int, list[Attempt]] = {}
    if participation and any(lesson.is_tried or lesson.reports for lesson in lessons):
        for attempt in participation.attempts.defer("drawn", "right").order_by("-number"):
            tried.setdefault(attempt.lesson_id, []).append(attempt)
    steps = [Step(n, lesson, lesson.is_done, tried.get(lesson.pk, [])) for n, lesson in enumerate(lessons, 1)]
    return Progress(participation, version, steps, newest.number)


def participation_in(course: Course, contact: Contact) -> Participation | None:
    return next(iter(participations_in(course, contact)), None)


def participations_in(course: Course, contact: Contact) -> list[Participation]:
    """First the one that counts now: what is open, else what was passed last."""
    rows = Participation.objects.filter(course=course, contact=contact).select_related("version", "certificate")
    return list(rows.order_by(F("passed_at").desc(nulls_first=True)))


def certificate_among(rows: list[Participation]) -> Certificate | None:
    """The valid one, also while it is renewed; else what came of the participation that counts now."""
    issued = [getattr(row, "certificate", None) for row in rows]
    return next((each for each in issued if each and each.standing == "valid"), issued[0] if issued else None)


# --- For managers ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    asked: int
    begun: int
    passed: int

    @property
    def people(self) -> int:
        return self.asked + self.begun + self.passed

    @property
    def percent(self) -> int:
        return 100 * self.passed // self.people if self.people else 0


def figures_of(course: Course, reader) -> Figures:
    """Each person once, with what they did last."""
    rows = latest_of(course, reader)
    waiting = Q(has_passed=False)
    counted = rows.aggregate(
        asked=Count("pk", filter=waiting & Q(began_at=None)), begun=Count("pk", filter=waiting & Q(began_at__isnull=False)),
        passed=Count("pk", filter=~waiting),
    )  # fmt: skip
    return Figures(**counted)


def is_used_up() -> Exists:
    """Of a participation: whether no attempt is left at one of its lessons."""
    return Exists(used_up(Attempt.objects.filter(participation=OuterRef("pk"))))


def latest_of(course: Course, reader) -> QuerySet[Participation]:
    newest = (
        Participation.objects.filter(course=course).order_by("contact_id", "-created_at", "-pk").distinct("contact_id").values("pk")
    )
    valid = Certificate.objects.valid().filter(course=course, contact=OuterRef("contact")).order_by("-issued_on", "-pk")
    rows = Participation.objects.visible_to(reader).filter(pk__in=newest)
    revoked = Certificate.objects.filter(participation=OuterRef("pk")).exclude(revoked_at=None)
    # Who holds a valid certificate has passed, also while it is renewed; whose was revoked has not.
    return rows.annotate(
        held=Subquery(valid.values("public_id")[:1]), held_until=Subquery(valid.values("expires_on")[:1]),
        has_passed=ExpressionWrapper((Q(passed_at__isnull=False) & ~Exists(revoked)) | Exists(valid), BooleanField()),
    )  # fmt: skip


def people_on(course: Course, reader, *, standing: str = "", name: str = "") -> QuerySet[Participation]:
    rows = latest_of(course, reader).select_related("contact__partner", "version", "certificate")
    rows = rows.annotate(n_done=Count("done", distinct=True), n_lessons=Count("version__lessons", distinct=True))
    rows = rows.annotate(best=Max("attempts__score"), has_answers=_told(), is_used_up=is_used_up())
    if standing == "passed":
        rows = rows.filter(has_passed=True)
    elif standing in ("asked", "begun"):
        rows = rows.filter(has_passed=False, began_at__isnull=standing == "asked")
    if name:
        rows = rows.filter(Q(contact__name__icontains=name) | Q(contact__partner__name__icontains=name))
    return rows.order_by("contact__partner__name", "contact__name", "pk")


def _told() -> ExpressionWrapper:
    """Whether there is something to read of what they answered, tried or played."""
    told = Q(has_answers()) | Q(has_attempts()) | Q(has_watched())
    return ExpressionWrapper(told, output_field=BooleanField())


def partners_on(course: Course, reader) -> list[dict]:
    """By partner: how many take it and how many passed."""
    rows = latest_of(course, reader).order_by().values("contact__partner__name", "contact__partner__public_id", "contact__partner")
    counted = rows.annotate(people=Count("pk"), passed=Count("pk", filter=Q(has_passed=True)))
    return list(counted.order_by("contact__partner__name"))
