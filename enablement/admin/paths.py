"""Learning paths: the list, and one with its courses in their order."""

from uuid import UUID

from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from activity.admin.base import NeverDeleted, QuickAdmin
from activity.refusals import Invalid, Refused
from enablement.actions.paths import add_to_path, move_on_path, save_path, take_from_path
from enablement.admin.course_pages import needs, page
from enablement.admin.courses import row_link
from enablement.forms.courses import PathForm
from enablement.models import Course, LearningPath


@admin.register(LearningPath)
class LearningPathAdmin(NeverDeleted, QuickAdmin):
    empty_says = _("No path yet. A path puts courses in an order: for a function, a product or a stage.")
    list_display = ["path", "programme", "stage", "is_shown"]
    list_display_links = None
    list_select_related = ["programme"]
    list_filter = ["programme", "is_shown"]
    search_fields = ["title"]
    actions = None

    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [
            path("add/", wrap(add), name="enablement_learningpath_add"),
            path("<uuid:public_id>/", wrap(path_page), name="enablement_learningpath_page"),
        ]
        return own + [each for each in super().get_urls() if each.name == "enablement_learningpath_changelist"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    @admin.display(description=_("title"), ordering="title")
    def path(self, row: LearningPath) -> str:
        return row_link(reverse("admin:enablement_learningpath_page", args=[row.public_id]), row)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("add_learningpath")
def add(request) -> HttpResponse:
    form = PathForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = save_path(by=request.user, **form.cleaned_data)
            return redirect("admin:enablement_learningpath_page", made.public_id)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    back = reverse("admin:enablement_learningpath_changelist")
    return page(request, "course/form.html", _t("New learning path"), status=422 if form.errors else 200, form=form, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("view_learningpath")
def path_page(request, public_id: UUID) -> HttpResponse:
    found = _path_or_404(request, public_id)
    if request.method != "POST":
        return _page(request, found)
    if not request.user.has_perm("enablement.change_learningpath"):
        return _page(request, found, refusal=_t("Your role lets you read paths, not change them."), status=403)
    try:
        form = _do(request, found)
    except Refused as refusal:
        return _page(request, found, refusal=str(refusal), status=refusal.status)
    if form is not None and form.errors:
        return _page(request, _path_or_404(request, public_id), form=form, status=422)
    return redirect("admin:enablement_learningpath_page", public_id)


def _do(request, found: LearningPath) -> PathForm | None:
    do = request.POST.get("do")
    if do == "save":
        form = PathForm(request.POST, instance=_path_or_404(request, found.public_id), user=request.user)
        if form.is_valid():
            save_path(by=request.user, path=found, **form.cleaned_data)
        return form
    if do == "add":
        course = _courses(found).filter(pk=_number(request.POST.get("course", ""))).first()
        if course is None:
            raise Invalid(_t("Choose a course."), field="course")
        add_to_path(found, course, by=request.user)
        return None
    place = found.places.filter(pk=_number(request.POST.get("place", ""))).first()
    if place is None or do not in ("up", "down", "remove"):
        raise Refused(_t("This button does nothing here any more. Load the page again."))
    if do == "remove":
        take_from_path(place, by=request.user)
    else:
        move_on_path(place, by=request.user, up=do == "up")
    return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _path_or_404(request, public_id: UUID) -> LearningPath:
    return get_object_or_404(LearningPath.objects.visible_to(request.user).select_related("programme"), public_id=public_id)


def _courses(found: LearningPath):
    return Course.objects.filter(programme=found.programme_id).exclude(pk__in=found.places.values("course")).order_by("title")


def _page(request, found: LearningPath, *, form: PathForm | None = None, refusal: str = "", status: int = 200) -> HttpResponse:
    return page(
        request, "path/page.html", found.title, status=status, path=found, places=list(found.places.select_related("course")),
        refusal=refusal, form=form or PathForm(instance=found, user=request.user), courses=_courses(found),
        may_change=request.user.has_perm("enablement.change_learningpath"),
    )  # fmt: skip
