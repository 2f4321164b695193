"""Data points: what each is, where it is used, and how full, fresh and verified it is across partners."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from activity.admin.base import BoundedPaginator, QuickAdmin
from activity.refusals import NotAllowed, Refused
from context.actions.data_points import (
    bring_back_data_point,
    change_data_point,
    create_data_point,
    delete_data_point,
    rename_choice,
    retire_data_point,
)
from context.forms.data_points import DataPointForm, RenameForm
from context.models import DataPoint
from context.queries.data_point_list import latest_figures
from context.queries.data_points import GROUPS, facts_holding, figures_of, is_about_people, may_see_figures, partners_in
from context.queries.rule_users import whatever_uses
from context.uses import all_uses
from partners.queries.places import with_place

ON_A_PAGE = 50


@admin.register(DataPoint)
class DataPointAdmin(QuickAdmin):
    form = DataPointForm
    list_display = ["opened", "type", "used", "filled", "fresh", "verified", "state"]
    list_display_links = None
    list_before_template = "admin/context/datapoint/counted.html"
    list_filter = ["type", "is_builtin"]
    search_fields = ["label", "key", "question"]
    compressed_fields = False

    class Media:
        css = {"all": ["admin/ledger.css"]}

    def get_fieldsets(self, request, obj=None):
        return [
            (None, {"fields": ["label", "key", "question", "purpose", "topic"]}),
            (_("What a value is"), {"fields": ["type", "unit", "choices", "stale_after_days"]}),
            (_("Who may see and edit it"), {"fields": ["seen_by", "edited_by"]}),
            (_("Whom it is required of"), {"fields": ["required_kinds", "required_stages"]}),
        ]

    def get_readonly_fields(self, request, obj=None):
        return ["key", "type"] if obj else []

    def get_prepopulated_fields(self, request, obj=None):
        """The key follows the label until somebody writes it."""
        return {} if obj else {"key": ["label"]}

    def has_delete_permission(self, request, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and (obj.is_builtin or obj.facts.exists()))

    def get_actions(self, request):
        return {}

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<uuid:public_id>/", wrap(self.page_view), name="context_datapoint_page"),
            path("<uuid:public_id>/partners/<slug:group>/", wrap(self.partners_view), name="context_datapoint_partners"),
            path("<uuid:public_id>/rename/", wrap(self.rename_view), name="context_datapoint_rename"),
            path("<uuid:public_id>/retire/", wrap(self.retire_view), name="context_datapoint_retire"),
            *super().get_urls(),
        ]

    def get_changelist_instance(self, request):
        """The figures of all rows on the page at once."""
        changelist = super().get_changelist_instance(request)
        changelist.result_list = list(changelist.result_list)
        uses, changelist.counted = all_uses(changelist.result_list), latest_figures(changelist.result_list, request.user)
        for point in changelist.result_list:
            point.uses, point.figures = uses[point.pk], changelist.counted.figures.get(point.key)
        return changelist

    def create(self, request, values: dict) -> DataPoint:
        return create_data_point(by=request.user, **values)

    def change(self, request, row: DataPoint, values: dict) -> None:
        change_data_point(row, by=request.user, **values)

    def response_add(self, request, obj, post_url_continue=None):
        """To its own page, where it can be asked for."""
        answer = super().response_add(request, obj, post_url_continue)
        is_done = "_addanother" not in request.POST and "_continue" not in request.POST and "_popup" not in request.POST
        return redirect("admin:context_datapoint_page", obj.public_id) if is_done else answer

    def delete_model(self, request, obj) -> None:
        delete_data_point(obj, by=request.user)

    def page_view(self, request, public_id):
        point = self._point(request, public_id)
        return self._page(
            request, "page.html", str(point), point=point, uses=whatever_uses(point), kinds=list(point.required_kinds.all()),
            stages=[dict(point._meta.get_field("required_stages").base_field.choices)[stage] for stage in point.required_stages],
            figures=figures_of(point, request.user) if may_see_figures(point) else None, is_about_people=is_about_people(point),
            may_change=self.has_change_permission(request, point),
        )  # fmt: skip

    def partners_view(self, request, public_id, group):
        point = self._point(request, public_id)
        if group not in GROUPS or not may_see_figures(point):
            raise Http404
        rows = with_place(partners_in(point, group, request.user).order_by("name", "pk"))
        pages = BoundedPaginator(rows, ON_A_PAGE)
        words = {"label": point, "group": GROUPS[group]}
        return self._page(
            request, "partners.html", _t("%(label)s: partners %(group)s") % words, point=point, group=group, groups=GROUPS.items(),
            page=_asked_page(pages, request), is_cut_off=pages.is_cut_off,
        )  # fmt: skip

    def rename_view(self, request, public_id):
        """A choice gets another name: first everything that shows it is listed, then it is done."""
        point = self._point(request, public_id)
        if not self.has_change_permission(request, point):
            raise PermissionDenied
        if not point.choices:
            raise Http404
        form = RenameForm(point, request.POST or None)
        shown = {"point": point, "form": form}
        if request.method == "POST" and form.is_valid():
            choice, label = form.cleaned_data["choice"], form.cleaned_data["label"]
            if "apply" not in request.POST:
                listed = {"uses": whatever_uses(point), "facts": facts_holding(point, choice).count()}
                return self._page(request, "rename.html", _t("Rename a choice"), **shown, **listed, before=point.words_for(choice))
            try:
                rename_choice(point, choice, label, by=request.user)
                messages.success(request, _t("The choice is called “%(label)s” now, wherever it is shown.") % {"label": label})
                return redirect("admin:context_datapoint_page", public_id)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return self._page(request, "rename.html", _t("Rename a choice"), **shown)

    def retire_view(self, request, public_id):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        point = self._point(request, public_id)
        try:
            if not self.has_change_permission(request, point):
                raise NotAllowed(_t("Your role lets you look at data points, not change them."))
            if point.retired_at:
                bring_back_data_point(point, by=request.user)
                messages.success(request, _t("“%(label)s” is asked for again.") % {"label": point})
            else:
                retire_data_point(point, by=request.user)
                messages.success(request, _t("“%(label)s” is asked for no more; what is known stays.") % {"label": point})
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("admin:context_datapoint_page", public_id)

    @admin.display(description=_("data point"), ordering="label")
    def opened(self, point: DataPoint) -> str:
        address = reverse("admin:context_datapoint_page", args=[point.public_id])
        return format_html('<a class="row-link" href="{}">{}</a>', address, point.label)

    @admin.display(description=_("used by"))
    def used(self, point: DataPoint) -> str:
        return str(len(point.uses)) if point.uses else _("nothing")

    @admin.display(description=_("filled"))
    def filled(self, point: DataPoint) -> str:
        return _share(point, "filled", "filled_percent")

    @admin.display(description=_("fresh"))
    def fresh(self, point: DataPoint) -> str:
        return _share(point, "filled", "fresh_percent") if point.stale_after_days else _("does not age")

    @admin.display(description=_("verified"))
    def verified(self, point: DataPoint) -> str:
        return _share(point, "verified", "verified_percent")

    @admin.display(description=_("state"))
    def state(self, point: DataPoint) -> str:
        return _("retired") if point.retired_at else _("built in") if point.is_builtin else _("asked for")

    def _point(self, request, public_id) -> DataPoint:
        rows = self.get_queryset(request) if self.has_view_permission(request) else DataPoint.objects.none()
        return get_object_or_404(rows, public_id=public_id)

    def _page(self, request, template: str, title: str, **context) -> TemplateResponse:
        around = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "media": self.media}
        return TemplateResponse(request, f"admin/context/datapoint/{template}", {**around, **context})


def _asked_page(pages: Paginator, request):
    return pages.get_page(request.GET.get("page"))


def _share(point: DataPoint, group: str, percent: str) -> str:
    if point.figures is None:
        return "–"
    address = reverse("admin:context_datapoint_partners", args=[point.public_id, group])
    return format_html('<a class="row-link" href="{}">{} %</a>', address, getattr(point.figures, percent))
