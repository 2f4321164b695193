"""Taking a course: asked to, begun, one lesson after the other, passed."""

from collections.abc import Collection
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from enablement.actions.certificates import issue_certificate
from enablement.models import Course, CourseState, Lesson, LessonDone, Participation
from enablement.queries.courses import audience_of, may_begin, newest_version
from partners.models import Contact

MOST_ASKED = 5_000
_BATCH = 1_000


@transaction.atomic
def ask_to_take(course: Course, contacts: Collection[Contact], *, by, due_on: date | None = None) -> int:
    """Put it on the list of these people. Who is on it already stays as they are; who has passed it is not asked again, unless
    their certificate was revoked. Returns how many were asked."""
    if course.state != CourseState.PUBLISHED:
        raise Refused(_("Only a published course can be asked of people."))
    if due_on and due_on < timezone.localdate():
        raise Refused(_("This day is past. Choose one ahead."), field="due_on")
    known = set(
        Participation.objects.filter(course=course, contact__in=contacts)
        .exclude(certificate__revoked_at__isnull=False)
        .values_list("contact_id", flat=True)
    )
    asked = [
        Participation(course=course, contact=contact, asked_at=timezone.now(), asked_by=by, due_on=due_on)
        for contact in contacts
        if contact.pk not in known
    ]
    Participation.objects.bulk_create(asked, batch_size=_BATCH, ignore_conflicts=True)
    if asked:
        words = {"title": course, "n": len(asked)}
        record_activity("course.asked", _("“%(title)s” is asked of %(n)d people") % words, by=by, subject=course)
    return len(asked)


def ask_audience(course: Course, *, by, only: Collection[Contact] | None = None, due_on: date | None = None) -> int:
    """Everybody whom it is for and whom `by` sees, or `only` these of them."""
    people = audience_of(course, visible_to=by)
    if only is not None:
        people = people.filter(pk__in={each.pk for each in only})
    chosen = list(people[: MOST_ASKED + 1])
    if len(chosen) > MOST_ASKED:
        raise Invalid(_("These are more than five thousand people. Give the course a narrower segment, or let a journey ask them."))
    if only is not None and len(chosen) < len({each.pk for each in only}):
        raise Invalid(_("One of these people is not among those whom the course is for."), field="contacts")
    return ask_to_take(course, chosen, by=by, due_on=due_on)


def ask_partners(course: Course, partner_ids: Collection[int], *, by=None) -> set[int]:
    """Those at these partners whom it is for: of the functions it serves where anybody there has one. Returns the partners where
    somebody has it now; harmless to repeat."""
    people = list(audience_of(course).filter(partner__in=partner_ids))
    for_function = [contact for contact in people if set(contact.functions) & set(course.functions)]
    served = {contact.partner_id for contact in for_function}
    asked = [*for_function, *(contact for contact in people if contact.partner_id not in served)]
    if course.state == CourseState.PUBLISHED:
        ask_to_take(course, asked, by=by)
    held = Participation.objects.filter(course=course, contact__partner__in=partner_ids)
    return set(held.values_list("contact__partner", flat=True))


@transaction.atomic
def begin_course(course: Course, contact: Contact, *, by) -> Participation:
    """With its newest version, on which this person stays. Begun twice at once, it is one."""
    open_row = Participation.objects.open().filter(course=course, contact=contact).first()
    if open_row and open_row.began_at:
        return open_row
    if not may_begin(contact, course):
        raise Refused(_("This course is not offered any more. Look at the others."), code="not_offered")
    if not open_row:
        open_row = _new_row(course, contact)
    now, version = timezone.now(), newest_version(course)
    changed = Participation.objects.filter(pk=open_row.pk, began_at=None).update(began_at=now, version=version)
    open_row.refresh_from_db()
    if changed:
        words = {"name": contact, "title": course}
        record_activity(
            "course.begun", _("%(name)s began “%(title)s”") % words, by=by, partner_id=contact.partner_id, subject=open_row
        )
    return open_row


def _new_row(course: Course, contact: Contact) -> Participation:
    try:
        with transaction.atomic():
            return Participation.objects.create(course=course, contact=contact)
    except IntegrityError:  # begun in another window at the same moment
        return Participation.objects.open().get(course=course, contact=contact)


@transaction.atomic
def finish_lesson(participation: Participation, lesson: Lesson, *, by) -> bool:
    """A text that was read, a video that was seen. True where the course is passed by it. What is tried, or tells by itself when it
    is done, is not finished by saying so."""
    if lesson.is_tried or lesson.reports:
        raise Refused(_("This lesson is done once it is passed."))
    return mark_done(participation, lesson, by=by)


def mark_done(participation: Participation, lesson: Lesson, *, by) -> bool:
    """Also told by an attempt that was passed, and by a package."""
    if lesson.version_id != participation.version_id:
        raise Refused(_("This lesson belongs to another version of the course. Go back to the course."))
    current = Participation.objects.select_for_update().get(pk=participation.pk)
    LessonDone.objects.get_or_create(participation=current, lesson=lesson)
    is_passed = current.passed_at is None and not current.version.lessons.exclude(pk__in=current.done.values("lesson")).exists()
    if is_passed:
        _pass(current, by=by)
    participation.refresh_from_db()
    return is_passed


def _pass(participation: Participation, *, by) -> None:
    participation.passed_at = timezone.now()
    participation.save(update_fields=["passed_at"])
    issue_certificate(participation)
    words = {"name": participation.contact, "title": participation.course}
    record_activity(
        "course.passed", _("%(name)s passed “%(title)s”") % words, by=by, partner_id=participation.contact.partner_id,
        subject=participation,
    )  # fmt: skip
