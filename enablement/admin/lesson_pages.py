"""Writing lessons, their questions and their scenes; each button is one action, and none needs a script."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activity.form_keys import posted_key
from activity.refusals import Refused
from enablement.actions.lessons import move_row, remove_row, save_lesson, save_question, save_scene
from enablement.admin.course_pages import course_or_404, needs, page, show_course
from enablement.forms.lessons import LessonForm, QuestionForm, SceneForm
from enablement.models import WRITTEN_HERE, Course, CourseVersion, Lesson, LessonKind, QuizQuestion, Scene
from enablement.queries.lesson_videos import videos_for

MOVES = ("up", "down", "remove")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_course")
def new_lesson(request, public_id: UUID, kind: str) -> HttpResponse:
    course = course_or_404(request, public_id)
    if kind not in dict(WRITTEN_HERE):
        raise Http404
    version = course.versions.filter(published_at=None).first()
    if version is None:
        sentence = _("This version is published and stays as it is. Begin the next one to change something.")
        return show_course(request, course, refusal=sentence, status=409)
    return _lesson_form(request, course, version, kind, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_course")
def lesson(request, public_id: UUID) -> HttpResponse:
    found = _lesson_or_404(request, public_id)
    course = found.version.course
    if request.POST.get("do") in MOVES:
        try:
            _move(found, request)
        except Refused as refusal:
            return show_course(request, course, refusal=str(refusal), status=refusal.status)
        return redirect("admin:enablement_course_page", course.public_id)
    return _lesson_form(request, course, found.version, found.kind, found)


def _lesson_form(request, course: Course, version: CourseVersion, kind: str, found: Lesson | None) -> HttpResponse:
    form = _form_of(kind, course, found, request, (request.POST, request.FILES) if request.method == "POST" else ())
    if request.method == "POST" and form.is_valid():
        try:
            key = posted_key(request.POST.get("key"))
            saved = save_lesson(version, by=request.user, lesson=found, key=key, kind=kind, **form.cleaned_data)
            if saved.is_tried and found is None:
                return redirect("admin:enablement_course_lesson", saved.public_id)
            return redirect("admin:enablement_course_page", course.public_id)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return _lesson_page(request, course, form, kind, found, status=422 if form.errors else 200)


def _form_of(kind: str, course: Course, found: Lesson | None, request, sent=()) -> LessonForm:
    videos = videos_for(request.user, course.programme, found.library_video if found else None)
    return LessonForm(kind, *sent, videos=videos, instance=Lesson.objects.get(pk=found.pk) if found else None)


def _lesson_page(request, course: Course, form, kind: str, found: Lesson | None, *, refusal: str = "", status: int = 200):
    title = found.title if found else _("New lesson: %(kind)s") % {"kind": LessonKind(kind).label}
    return page(
        request, "course/lesson.html", title, status=status, form=form, course=course, lesson=found, kind=kind, refusal=refusal,
        questions=list(found.questions.all()) if found else [], scenes=list(found.scenes.all()) if found else [],
        is_written=found is None or not found.version.is_published,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_course")
def new_question(request, public_id: UUID) -> HttpResponse:
    return _question_form(request, _lesson_or_404(request, public_id, LessonKind.QUIZ), None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_course")
def question(request, public_id: UUID) -> HttpResponse:
    return _row(request, _part_or_404(request, QuizQuestion, public_id), _question_form)


def _question_form(request, lesson: Lesson, found: QuizQuestion | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = QuestionForm(data, instance=QuizQuestion.objects.get(pk=found.pk) if found else None)
    if request.method == "POST" and form.is_valid():
        try:
            save_question(lesson, by=request.user, question=found, key=posted_key(request.POST.get("key")), **form.values())
            if "another" in request.POST:
                return redirect("admin:enablement_course_new_question", lesson.public_id)
            return redirect("admin:enablement_course_lesson", lesson.public_id)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    title = _("Change the question") if found else _("Add a question")
    return page(
        request, "course/question.html", title, status=422 if form.errors else 200, form=form, lesson=lesson, question=found
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_course")
def new_scene(request, public_id: UUID) -> HttpResponse:
    return _scene_form(request, _lesson_or_404(request, public_id, LessonKind.SIMULATION), None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_course")
def scene(request, public_id: UUID) -> HttpResponse:
    return _row(request, _part_or_404(request, Scene, public_id), _scene_form)


def _scene_form(request, lesson: Lesson, found: Scene | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = SceneForm(lesson, data, instance=Scene.objects.get(pk=found.pk) if found else None)
    if request.method == "POST" and form.is_valid():
        try:
            save_scene(lesson, by=request.user, scene=found, key=posted_key(request.POST.get("key")), **form.values())
            return redirect("admin:enablement_course_lesson", lesson.public_id)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    title = _("Change the scene") if found else _("Add a scene")
    return page(request, "course/scene.html", title, status=422 if form.errors else 200, form=form, lesson=lesson, scene=found)


def _row(request, found: QuizQuestion | Scene, show) -> HttpResponse:
    if request.POST.get("do") not in MOVES:
        return show(request, found.lesson, found)
    try:
        _move(found, request)
    except Refused as refusal:
        lesson = found.lesson
        course = lesson.version.course
        form = _form_of(lesson.kind, course, lesson, request)
        return _lesson_page(request, course, form, lesson.kind, lesson, refusal=str(refusal), status=refusal.status)
    return redirect("admin:enablement_course_lesson", found.lesson.public_id)


def _move(row: Lesson | QuizQuestion | Scene, request) -> None:
    if request.POST["do"] == "remove":
        remove_row(row, by=request.user)
    else:
        move_row(row, by=request.user, up=request.POST["do"] == "up")


def _lesson_or_404(request, public_id: UUID, kind: str = "") -> Lesson:
    rows = Lesson.objects.filter(version__course__in=Course.objects.visible_to(request.user)).select_related("version__course")
    return get_object_or_404(rows.filter(kind=kind) if kind else rows, public_id=public_id)


def _part_or_404(request, model, public_id: UUID):
    rows = model.objects.filter(lesson__version__course__in=Course.objects.visible_to(request.user))
    return get_object_or_404(rows.select_related("lesson__version__course"), public_id=public_id)
