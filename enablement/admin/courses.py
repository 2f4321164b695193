"""Courses: the list, and the addresses of everything that is done with one."""

from django.contrib import admin
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from activity.admin.base import NeverDeleted, QuickAdmin
from enablement.admin import course_pages, lesson_pages, lesson_videos, quiz_answers
from enablement.models import Course, CourseState

COLOURS = {CourseState.DRAFT: "default", CourseState.PUBLISHED: "success", CourseState.RETIRED: "warning"}
PAGES = {
    "add": ("add/", course_pages.add),
    "take_in": ("take-in/", course_pages.take_in),
    "page": ("<uuid:public_id>/", course_pages.course_page),
    "edit": ("<uuid:public_id>/edit/", course_pages.edit),
    "act": ("<uuid:public_id>/act/", course_pages.act),
    "preview": ("<uuid:public_id>/preview/<int:number>/", course_pages.preview),
    "progress": ("<uuid:public_id>/progress/", course_pages.progress),
    "answers": ("people/<uuid:public_id>/", course_pages.answers),
    "another_attempt": ("people/<uuid:public_id>/another-attempt/", course_pages.another_attempt),
    "new_lesson": ("<uuid:public_id>/lessons/<str:kind>/", lesson_pages.new_lesson),
    "lesson": ("lessons/<uuid:public_id>/", lesson_pages.lesson),
    "items": ("lessons/<uuid:public_id>/answers/", quiz_answers.items),
    "item_attempts": ("lessons/<uuid:public_id>/attempts/", quiz_answers.item_attempts),
    "attempt": ("attempts/<uuid:public_id>/", quiz_answers.attempt),
    "video": ("lessons/<uuid:public_id>/video/", lesson_videos.video),
    "captions": ("lessons/<uuid:public_id>/captions.vtt", lesson_videos.captions),
    "new_question": ("lessons/<uuid:public_id>/questions/", lesson_pages.new_question),
    "question": ("questions/<uuid:public_id>/", lesson_pages.question),
    "new_scene": ("lessons/<uuid:public_id>/scenes/", lesson_pages.new_scene),
    "scene": ("scenes/<uuid:public_id>/", lesson_pages.scene),
}


def row_link(address: str, words) -> str:
    """The first cell of a list: what the row is, and the way to its page."""
    classes = "row-link font-semibold text-font-important-light dark:text-font-important-dark"
    return format_html('<a class="{}" href="{}">{}</a>', classes, address, words)


@admin.register(Course)
class CourseAdmin(NeverDeleted, QuickAdmin):
    empty_says = _("No course yet. A course is a few lessons, and where you like a quiz that proves what was learnt.")
    list_display = ["course", "state_now", "programme", "segment", "certification"]
    list_display_links = None
    list_select_related = ["programme", "segment", "certification"]
    list_filter = ["state", "programme"]
    search_fields = ["title"]
    actions = None

    def get_urls(self):
        own = [
            path(route, self.admin_site.admin_view(view), name=f"enablement_course_{name}") for name, (route, view) in PAGES.items()
        ]
        # Of the theme's own pages only the list is left: the others would go round the life of a course.
        return own + [each for each in super().get_urls() if each.name == "enablement_course_changelist"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    @admin.display(description=_("title"), ordering="title")
    def course(self, row: Course) -> str:
        return row_link(reverse("admin:enablement_course_page", args=[row.public_id]), row)

    @display(description=_("state"), ordering="state", label={str(state): colour for state, colour in COLOURS.items()})
    def state_now(self, row: Course) -> tuple[str, str]:
        return row.state, row.get_state_display()
