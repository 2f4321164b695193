"""What was answered at a quiz: by question, the attempts behind each figure, and one attempt."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.api.inputs import as_uuid
from enablement.actions.attempts import questions_of
from enablement.admin.course_pages import PAGE_SIZE, needs, page
from enablement.forms.attempts import marks_shown
from enablement.models import Attempt, Course, Lesson, LessonKind, Participation
from enablement.queries.quiz_answers import RESULTS, attempts_at, attempts_with, items_of


@require_safe
@needs("view_course")
def items(request, public_id: UUID) -> HttpResponse:
    """By question: how often shown, right, wrong, and what was chosen."""
    lesson = _quiz_or_404(request, public_id)
    others = Lesson.objects.filter(key=lesson.key, version__published_at__isnull=False).select_related("version")
    return page(
        request, "course/items.html", lesson.title, course=lesson.version.course, lesson=lesson,
        items=items_of(lesson, request.user), attempts=attempts_at(lesson, request.user).count(),
        versions=list(others.order_by("-version__number")),
    )  # fmt: skip


@require_safe
@needs("view_course")
def item_attempts(request, public_id: UUID) -> HttpResponse:
    """The attempts behind a figure of one question."""
    lesson = _quiz_or_404(request, public_id)
    question = get_object_or_404(lesson.questions, public_id=as_uuid(request.GET.get("question", "")))
    said, result = request.GET.get("said", "").replace("\0", "")[:200], request.GET.get("result", "")
    if result and result not in RESULTS:
        raise Http404
    rows = attempts_with(lesson, request.user, question, said=said, result=result)
    found = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for row in found:
        row.mark = marks_shown(row, {str(question.public_id): question})[0]
    return page(request, "course/item_attempts.html", lesson.title, course=lesson.version.course, lesson=lesson, question=question,
                page=found, result=result)  # fmt: skip


@require_safe
@needs("view_course")
def attempt(request, public_id: UUID) -> HttpResponse:
    """One attempt, as it was drawn, answered and evaluated."""
    seen = Participation.objects.visible_to(request.user).order_by().values("pk")
    rows = Attempt.objects.filter(participation__in=seen, lesson__kind=LessonKind.QUIZ).exclude(evaluated_at=None)
    found = get_object_or_404(
        rows.select_related("lesson__version__course", "participation__contact__partner", "participation__course"),
        public_id=public_id,
    )
    return page(
        request,
        "course/attempt.html",
        str(found.participation.contact),
        attempt=found,
        marks=marks_shown(found, questions_of(found)),
    )


def _quiz_or_404(request, public_id: UUID) -> Lesson:
    rows = Lesson.objects.filter(version__course__in=Course.objects.visible_to(request.user), kind=LessonKind.QUIZ)
    return get_object_or_404(rows.select_related("version__course"), public_id=public_id)
