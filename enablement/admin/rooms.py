"""Drafting rooms in the admin: those in which the manager is named, one is opened with a partner, and who is in one."""

from uuid import UUID

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from unfold.decorators import display

from activity.admin.base import NeverDeleted, QuickAdmin
from activity.refusals import Refused
from communications.admin.pages import row_link
from enablement.actions.rooms import open_room, set_members
from enablement.admin.pages import needs, page
from enablement.forms.rooms import MembersForm, OpenRoomForm
from enablement.models import Room
from partners.models import Partner, Programme


@admin.register(Room)
class RoomAdmin(NeverDeleted, QuickAdmin):
    empty_says = _("In a room you draft a text together with people of one partner. Open one from the page of a partner.")
    list_display = ["about", "partner", "version", "last_at", "state", "people"]
    list_display_links = None
    list_select_related = ["partner"]
    search_fields = ["title", "partner__name"]
    actions = None

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path("open/<uuid:public_id>/", view(open_page), name="enablement_room_open"),
            path("<uuid:public_id>/people/", view(members_page), name="enablement_room_people"),
        ]
        return [*own, *(each for each in super().get_urls() if each.name == "enablement_room_changelist")]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def has_add_permission(self, request) -> bool:
        return False

    @admin.display(description=_("drafting room"), ordering="title")
    def about(self, row: Room) -> str:
        return row_link(reverse("enablement:room", args=[row.public_id]), row)

    @admin.display(description=_("people"))
    def people(self, row: Room) -> str:
        return row_link(reverse("admin:enablement_room_people", args=[row.public_id]), _("Who is in it"))

    @display(description=_("state"), label={"finished": "success", "open": "info"})
    def state(self, row: Room) -> tuple[str, str]:
        return ("finished", _t("finished")) if row.finished_at else ("open", _t("being written"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("add_room")
def open_page(request, public_id: UUID) -> HttpResponse:
    partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    programmes = Programme.objects.filter(pk__in=partner.enrolments.current().values("programme")).order_by("name")
    form = OpenRoomForm(request.POST or None, programmes=programmes, **_people(partner, request.user))
    if request.method == "POST" and form.is_valid():
        try:
            room = open_room(partner, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return redirect("enablement:room", room.public_id)
    lead = _t("A text that you draft together. Only who is named here reads it.")
    title = _t("Open a room with %(partner)s") % {"partner": partner}
    return page(
        request, "room/form.html", title, Room._meta, form=form, lead=lead, button=_t("Open the room"), status=_status(form)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_room")
def members_page(request, public_id: UUID) -> HttpResponse:
    room = get_object_or_404(Room.objects.visible_to(request.user).select_related("partner"), public_id=public_id)
    inside = room.members.select_related("contact", "user")
    begun = {
        "contacts": [row.contact.public_id for row in inside if row.contact],
        "managers": [row.user.public_id for row in inside if row.user],
    }
    form = MembersForm(request.POST if request.method == "POST" else None, initial=begun, **_people(room.partner, request.user))
    if request.method == "POST" and form.is_valid():
        try:
            set_members(room, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _t("Kept. Who is not named any more has no way in."))
            return redirect("enablement:room", public_id)
    lead = _t("Who reads and writes “%(title)s”.") % {"title": room}
    return page(request, "room/form.html", _t("Who is in the room"), Room._meta, form=form, lead=lead, button=_t("Save"),
                status=_status(form))  # fmt: skip


def _people(partner: Partner, by) -> dict:
    """Who may be named: people of the partner who use the portal, and managers whose role opens rooms."""
    allowed = Permission.objects.filter(content_type__app_label="enablement", codename="view_room")
    ours = get_user_model().objects.filter(is_staff=True, is_active=True).exclude(pk=by.pk)
    managers = ours.filter(Q(groups__permissions__in=allowed) | Q(user_permissions__in=allowed)).distinct().order_by("name", "pk")
    contacts = partner.contacts.current().filter(user__is_active=True).order_by("name", "pk")
    return {"contacts": contacts, "managers": managers}


def _status(form) -> int:
    return 422 if form.is_bound and form.errors else 200
