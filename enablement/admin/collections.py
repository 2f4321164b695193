"""Collections: the list, and the page of one with what is in it, in its order."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.api.inputs import as_uuid
from activity.admin.base import QuickAdmin
from activity.refusals import NotAllowed, Refused
from communications.admin.pages import row_link
from enablement.actions.collections import change_collection, create_collection, delete_collection, move_up, put_in, take_out
from enablement.admin.library_pages import needs, page
from enablement.models import Collection, Resource, ResourceState
from partners.actions.programmes import default_programme

OFFERED = 200  # the resources that were changed last; others are put in on their own page


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
    if request.method != "POST":
        return _page(request, collection)
    try:
        if not request.user.has_perm("enablement.change_collection"):
            raise NotAllowed(_("Your role lets you read collections, not change them."))
        _do(request, collection)
    except Refused as refusal:
        return _page(request, collection, refusal=str(refusal), status=refusal.status)
    return redirect("admin:enablement_collection_page", public_id)


def _do(request, collection: Collection) -> None:
    """The button names what it does, and its value the resource. What is gone meanwhile changes nothing."""
    doing = next((name for name in _DOING if name in request.POST), "")
    chosen = as_uuid(request.POST.get(doing, ""))
    row = Resource.objects.visible_to(request.user).filter(public_id=chosen).first() if chosen else None
    if row:
        _DOING[doing](collection, row, by=request.user)


_DOING: dict[str, Callable[..., None]] = {"up": move_up, "out": take_out, "in": put_in}


def _page(request, collection: Collection, *, refusal: str = "", status: int = 200) -> HttpResponse:
    items = list(collection.items.select_related("resource").order_by("position", "pk"))
    others = Resource.objects.filter(programme=collection.programme_id).exclude(state=ResourceState.RETIRED)
    others = others.exclude(places__collection=collection).only("public_id", "title").order_by("-updated_at")[:OFFERED]
    return page(
        request, "collection/page.html", collection.title, status=status, collection=collection, items=items, refusal=refusal,
        others=sorted(others, key=lambda each: each.title.casefold()),
        may_change=request.user.has_perm("enablement.change_collection"),
    )  # fmt: skip
