"""A course that was made elsewhere is taken in: a SCORM 1.2 package becomes a draft with a lesson for each thing to take."""

import zipfile
from functools import partial
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.form_keys import made_once
from activity.refusals import Invalid
from enablement.actions.courses import create_course
from enablement.actions.lessons import MOST_LESSONS, save_lesson
from enablement.actions.package_files import stored
from enablement.actions.uploads import CheckedFile, check_file
from enablement.models import Course, CoursePackage, LessonKind, PackageItem
from enablement.reading.archives import DAMAGED
from enablement.reading.scorm import Package, read_package
from partners.models import Programme


@transaction.atomic
def import_package(file: File, *, by: User, programme: Programme, title: str = "", key: UUID | None = None) -> Course:
    """A draft under the title of the package, unless `title` says another; its lessons can be moved, named and mixed with others.
    All of it or nothing. `Invalid` with a sentence where it is not taken."""
    checked = check_file(file)
    if checked.media_type != "application/zip":
        raise Invalid(_("Choose the ZIP file that the authoring program exported as SCORM 1.2."), code="not_taken", field="file")
    same = CoursePackage.objects.filter(sha256=checked.sha256)
    return made_once(
        Course.objects.filter(created_by=by), key, partial(_import, checked, by, programme, title),
        is_same=lambda made: same.filter(items__lessons__version__course=made).exists(),
    )  # fmt: skip


def _import(checked: CheckedFile, by: User, programme: Programme, title: str, *, public_id: UUID | None = None) -> Course:
    with zipfile.ZipFile(checked.file) as archive:
        package = _read(archive)
        kept = CoursePackage.objects.create(name=checked.name, size=checked.size, sha256=checked.sha256, made_by=by)
        with stored(kept, archive, package.files):
            return _course_of(package, kept, checked, by=by, programme=programme, title=title, key=public_id)


def _read(archive: zipfile.ZipFile) -> Package:
    try:
        package = read_package(archive)
    except DAMAGED:
        raise Invalid(_("This archive is damaged. Export the course anew."), code="not_taken", field="file") from None
    if len(package.items) > MOST_LESSONS:
        words = {"n": len(package.items), "most": MOST_LESSONS}
        sentence = _("It has %(n)d lessons, and a course has at most %(most)d. Divide it.") % words
        raise Invalid(sentence, code="not_taken", field="file")
    return package


def _course_of(
    package: Package, kept: CoursePackage, checked: CheckedFile, *, by: User, programme: Programme, title: str, key: UUID | None
) -> Course:
    course = create_course(by=by, key=key, programme=programme, title=title.strip() or package.title)
    version = course.versions.get()
    for order, found in enumerate(package.items, start=1):
        item = PackageItem.objects.create(
            package=kept, order=order, title=found.title, launch=found.launch, reports=found.reports, mastery=found.mastery,
            launch_data=found.launch_data,
        )  # fmt: skip
        save_lesson(version, by=by, kind=LessonKind.PACKAGE, title=found.title, item=item)
    words = {"title": course, "name": checked.name}
    record_activity("course.imported", _("“%(title)s” was taken in from %(name)s") % words, by=by, subject=course)
    return course
