"""The video of a lesson for those who write it, also of a version that nobody takes yet."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from enablement.admin.course_pages import needs
from enablement.models import Course, Lesson
from enablement.views.lesson_videos import as_captions, played


@require_safe
@never_cache
@needs("view_course")
def video(request, public_id: UUID) -> HttpResponse:
    return played(request, _lesson(request, public_id).film)


@require_safe
@never_cache
@needs("view_course")
def captions(request, public_id: UUID) -> HttpResponse:
    return as_captions(_lesson(request, public_id).captions)


def _lesson(request, public_id: UUID) -> Lesson:
    return get_object_or_404(Lesson, public_id=public_id, version__course__in=Course.objects.visible_to(request.user))
