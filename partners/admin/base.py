"""Lists of partner data: what the reader may see, their saved views, bulk edit and the row history."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from activity.admin.base import QuickAdmin
from activity.refusals import Refused
from partners.actions.saved_views import delete_view, save_view
from partners.models import SavedView
from partners.queries.history import history_of


class OwnRowsAdmin(QuickAdmin):
    """Shows what `visible_to` lets the reader see; someone else's row answers like an absent one."""

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)


class SavedViewsMixin:
    list_before_template = "admin/partners/saved_views.html"

    @property
    def page_key(self) -> str:
        return self.opts.label_lower

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("views/save/", self.admin_site.admin_view(self.save_view), name=f"{name}_save_view"),
            path("views/<uuid:public_id>/delete/", self.admin_site.admin_view(self.forget_view), name=f"{name}_delete_view"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        query = _without_page(request)
        views = list(SavedView.objects.of(request.user, self.page_key).select_related("owner"))
        here = next((view for view in views if view.query == query), None)
        context = {"saved_views": views, "view_here": here, "query_here": query, "page_key": self.page_key}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def save_view(self, request):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        query = request.POST.get("query", "")
        try:
            view = save_view(
                by=request.user,
                page=self.page_key,
                name=request.POST.get("name", ""),
                query=query,
                is_shared="is_shared" in request.POST,
            )
            messages.success(request, _("“%(name)s” is now a tab above this list.") % {"name": view})
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(f"{self._list()}?{query}")

    def forget_view(self, request, public_id: UUID):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        view = get_object_or_404(SavedView.objects.of(request.user, self.page_key), public_id=public_id)
        try:
            delete_view(view, by=request.user)
            messages.success(request, _("“%(name)s” is gone; the partners in it are not.") % {"name": view})
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(self._list())

    def _list(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")


class RowHistoryMixin:
    """The history page tells what each field was, from the database's own record of the row."""

    def history_view(self, request, object_id, extra_context=None):
        row = self.get_object(request, object_id)
        if row is None or not self.has_view_permission(request, row):
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(row)s") % {"row": row},
            "entries": history_of(row),
            "opts": self.opts,
            "original": row,
            "object": row,
        }
        return TemplateResponse(request, "admin/partners/history.html", context)


def _without_page(request) -> str:
    query = request.GET.copy()
    for name in ("p", "_changelist_filters"):
        query.pop(name, None)
    for name in [name for name, values in query.lists() if not any(values)]:
        del query[name]
    return query.urlencode()
