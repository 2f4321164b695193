"""Collections: the list, and the page of one with what is in it, in its order."""

from uuid import UUID

from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.api.inputs import as_uuid
from activity.admin.base import QuickAdmin
from activity.refusals import NotAllowed
from communications.admin.pages import row_link
from enablement.actions.collections import change_collection, create_collection, delete_collection, move_up
from enablement.admin.library_pages import needs, page
from enablement.models import Collection
from partners.actions.programmes import default_programme


@admin.register(Collection)
class CollectionAdmin(QuickAdmin):
    empty_says = _("A collection is what somebody needs for a task, such as winning against a competitor. Make one, then fill it.")
    fields = ["programme", "title", "description", "position"]
    list_display = ["title", "programme", "position", "to_resources"]
    list_select_related = ["programme"]
    list_filter = ["programme"]
    search_fields = ["title"]

    def get_readonly_fields(self, request, obj=None):
        return ["programme"] if obj else []

    def get_changeform_initial_data(self, request):
        return {"programme": default_programme().pk, **super().get_changeform_initial_data(request)}

    def get_urls(self):
        own = path("<uuid:public_id>/", self.admin_site.admin_view(collection_page), name="enablement_collection_page")
        return [own, *super().get_urls()]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def create(self, request, values: dict) -> Collection:
        return create_collection(by=request.user, **values)

    def change(self, request, row: Collection, values: dict) -> None:
        change_collection(row, by=request.user, **values)

    def delete_model(self, request, obj) -> None:
        delete_collection(obj, by=request.user)

    @admin.display(description=_("resources"))
    def to_resources(self, row: Collection) -> str:
        return row_link(reverse("admin:enablement_collection_page", args=[row.public_id]), _("Look and put in order"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("view_collection")
def collection_page(request, public_id: UUID) -> HttpResponse:
    collection = get_object_or_404(Collection.objects.visible_to(request.user).select_related("programme"), public_id=public_id)
    items = list(collection.items.select_related("resource").order_by("position", "pk"))
    refusal = None
    if request.method == "POST":
        chosen = as_uuid(request.POST.get("up", ""))
        row = next((item.resource for item in items if item.resource.public_id == chosen), None)
        if not request.user.has_perm("enablement.change_collection"):
            refusal = NotAllowed(_("Your role lets you read collections, not change them."))
        else:
            if row:
                move_up(collection, row, by=request.user)
            return redirect("admin:enablement_collection_page", public_id)
    return page(
        request, "collection/page.html", collection.title, status=refusal.status if refusal else 200, collection=collection,
        items=items, refusal=str(refusal or ""), may_change=request.user.has_perm("enablement.change_collection"),
    )  # fmt: skip
