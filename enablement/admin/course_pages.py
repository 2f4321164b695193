"""The pages of one course for those who write it: its lessons, how it looks to a learner, and who is how far."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.form_keys import posted_key
from activity.refusals import Invalid, Refused
from enablement.actions.attempts import give_another_attempt
from enablement.actions.courses import (
    change_course,
    create_course,
    drop_version,
    offer_again,
    publish_course,
    retire_course,
    write_version,
)
from enablement.actions.packages import import_package
from enablement.actions.participations import ask_audience
from enablement.course_checks import problems_of
from enablement.forms.courses import AskForm, CourseForm, PackageForm
from enablement.models import WRITTEN_HERE, Course, CourseVersion, LessonKind, Participation
from enablement.queries.courses import audience_of, figures_of, partners_on, people_on
from enablement.queries.lesson_videos import Shown, seen_by
from enablement.queries.package_answers import answers_of
from enablement.queries.package_runs import frame_for_author
from enablement.queries.quiz_answers import quiz_attempts_of, quizzes_of

PAGE_SIZE = 50


def page(request, template: str, title: str, *, status: int = 200, **context) -> TemplateResponse:
    around = {**admin.site.each_context(request), "title": title, "opts": Course._meta}
    return TemplateResponse(request, f"admin/enablement/{template}", {**around, **context}, status=status)


def needs(permission: str) -> Callable:
    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.has_perm(f"enablement.{permission}"):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def course_or_404(request, public_id: UUID) -> Course:
    rows = Course.objects.visible_to(request.user).select_related("programme", "segment", "product", "certification", "created_by")
    return get_object_or_404(rows, public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("add_course")
def add(request) -> HttpResponse:
    form = CourseForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            course = create_course(by=request.user, key=posted_key(request.POST.get("key")), **form.cleaned_data)
            return redirect("admin:enablement_course_page", course.public_id)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return _form_page(request, form, _("New course"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("add_course")
def take_in(request) -> HttpResponse:
    """A SCORM 1.2 package becomes a draft."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PackageForm(*sent, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            course = import_package(by=request.user, key=posted_key(request.POST.get("key")), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("It is taken in as a draft. Look at each lesson as a learner, then publish it."))
            return redirect("admin:enablement_course_page", course.public_id)
    return page(request, "course/take_in.html", _("Take a course in"), status=422 if form.errors else 200, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_course")
def edit(request, public_id: UUID) -> HttpResponse:
    course = course_or_404(request, public_id)
    data = request.POST if request.method == "POST" else None
    form = CourseForm(data, instance=course_or_404(request, public_id), user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            change_course(course, by=request.user, **form.cleaned_data)
            return redirect("admin:enablement_course_page", public_id)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return _form_page(request, form, course.title, course=course)


@require_safe
@needs("view_course")
def course_page(request, public_id: UUID) -> HttpResponse:
    return show_course(request, course_or_404(request, public_id))


@require_POST
@needs("change_course")
def act(request, public_id: UUID) -> HttpResponse:
    """What the buttons of the page say."""
    course = course_or_404(request, public_id)
    try:
        said = _do(request, course)
    except Refused as refusal:
        return show_course(request, course_or_404(request, public_id), refusal=str(refusal), status=refusal.status)
    if said:
        messages.success(request, said)
    return redirect("admin:enablement_course_page", public_id)


def _do(request, course: Course) -> str:
    match request.POST.get("do"):
        case "publish":
            version = publish_course(course, by=request.user)
            return _("Version %(n)d is in the portal now.") % {"n": version.number}
        case "write":
            write_version(course, by=request.user)
            return _("This is the next version. Who takes the course now notices nothing until you publish it.")
        case "drop":
            drop_version(course, by=request.user)
            return _("The published version is the latest one again.")
        case "retire":
            retire_course(course, by=request.user)
            return _("Nobody begins it any more. Who has begun may end it.")
        case "offer":
            offer_again(course, by=request.user)
            return _("It is offered again.")
        case "ask":
            return _ask(request, course)
    raise Refused(_("This button does nothing here any more. Load the page again."))


def _ask(request, course: Course) -> str:
    form = AskForm(request.POST)
    if not form.is_valid():
        raise Invalid(" ".join(error for errors in form.errors.values() for error in errors))
    address = form.cleaned_data["address"]
    only = list(audience_of(course, visible_to=request.user).filter(email__iexact=address)) if address else None
    if only == []:
        raise Invalid(_("Nobody with this address is among those whom the course is for."), field="address")
    n = ask_audience(course, by=request.user, only=only, due_on=form.cleaned_data["due_on"])
    return ngettext("%(n)d person is asked to take it.", "%(n)d people are asked to take it.", n) % {"n": n}


@require_safe
@needs("view_course")
def preview(request, public_id: UUID, number: int) -> HttpResponse:
    """A lesson of the latest version as a learner sees it; nothing is kept, and nothing is evaluated."""
    course = course_or_404(request, public_id)
    version = _latest(course)
    lessons = (
        list(version.lessons.select_related("item", "video", "library_video").prefetch_related("questions", "scenes"))
        if version
        else []
    )
    lesson = lessons[number - 1] if 1 <= number <= len(lessons) else None
    if lesson is None:
        raise Http404
    scenes = list(lesson.scenes.all())
    scene = next((each for each in scenes if each.key == request.GET.get("scene")), scenes[0] if scenes else None)
    return render(request, "enablement/preview.html", {
        "course": course, "lesson": lesson, "number": number, "of": len(lessons), "scene": scene,
        "shown": Shown(lesson.film) if lesson.film else None,
        "frame": frame_for_author(lesson, request.user, portal=f"{request.scheme}://{request.get_host()}"),
        "after": number + 1 if number < len(lessons) else None, "before": number - 1,
        "questions": lesson.questions.all() if lesson.kind == LessonKind.QUIZ else (),
    })  # fmt: skip


@require_safe
@needs("view_course")
def progress(request, public_id: UUID) -> HttpResponse:
    return _progress_page(request, course_or_404(request, public_id))


@require_POST
@needs("change_participation")
def another_attempt(request, public_id: UUID) -> HttpResponse:
    """For somebody to whom none is left."""
    found = _participation_or_404(request, public_id)
    try:
        lessons = give_another_attempt(found, by=request.user)
    except Refused as refusal:
        return _progress_page(request, found.course, refusal=str(refusal), status=refusal.status)
    words = {"name": found.contact, "lessons": ", ".join(f"“{lesson}”" for lesson in lessons)}
    messages.success(request, _("%(name)s may try %(lessons)s once more.") % words)
    return redirect("admin:enablement_course_progress", found.course.public_id)


def _progress_page(request, course: Course, *, refusal: str = "", status: int = 200) -> HttpResponse:
    standing = request.GET.get("standing") if request.GET.get("standing") in ("asked", "begun", "passed") else ""
    name = request.GET.get("q", "").replace("\0", "")[:100]
    rows = people_on(course, request.user, standing=standing, name=name)
    return page(
        request, "course/progress.html", course.title, status=status, refusal=refusal, course=course,
        figures=figures_of(course, request.user), partners=partners_on(course, request.user), standing=standing, q=name,
        quizzes=quizzes_of(course),
        may_give=request.user.has_perm("enablement.change_participation"),
        page=Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
    )  # fmt: skip


@require_safe
@needs("view_course")
def answers(request, public_id: UUID) -> HttpResponse:
    """What somebody answered and played in a course, and their attempts at its quizzes."""
    found = _participation_or_404(request, public_id)
    return page(
        request, "course/answers.html", str(found.contact), participation=found, lessons=answers_of(found),
        attempts=quiz_attempts_of(found), seen=seen_by(found),
    )  # fmt: skip


def _participation_or_404(request, public_id: UUID) -> Participation:
    rows = Participation.objects.visible_to(request.user).select_related("course", "contact__partner")
    return get_object_or_404(rows, public_id=public_id)


def show_course(request, course: Course, *, refusal: str = "", status: int = 200) -> HttpResponse:
    version = _latest(course)
    lessons = list(_lessons_of(version)) if version else []
    return page(
        request, "course/page.html", course.title, status=status, course=course, version=version, lessons=lessons, refusal=refusal,
        problems=problems_of(version) if version and not version.is_published else [], kinds=WRITTEN_HERE,
        versions=list(course.versions.exclude(published_at=None).select_related("published_by")), ask_form=AskForm(),
        figures=figures_of(course, request.user), may_change=request.user.has_perm("enablement.change_course"),
    )  # fmt: skip


def _lessons_of(version: CourseVersion):
    return version.lessons.select_related("video", "library_video__resource").prefetch_related("questions", "scenes")


def _latest(course: Course) -> CourseVersion | None:
    return course.versions.select_related("course").first()


def _form_page(request, form: CourseForm, title: str, course: Course | None = None) -> HttpResponse:
    back = reverse("admin:enablement_course_changelist")
    if course:
        back = reverse("admin:enablement_course_page", args=[course.public_id])
    return page(request, "course/form.html", title, status=422 if form.errors else 200, form=form, back=back)
