"""Conversations with partners: those that wait for me first, each answered where it is read."""

from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from accounts.models import User
from activity.admin.base import NeverDeleted, QuickAdmin
from activity.refusals import NotAllowed, Refused
from communications.actions.conversations import hand_on_conversation, mark_read_by_manager, open_conversation, write_message
from communications.admin.pages import needs, page, row_link
from communications.forms.conversations import ConversationForm, MessageForm
from communications.models import Conversation, ConversationFile
from communications.queries.conversations import messages_of
from communications.views.conversations import as_download
from partners.models import Contact
from partners.models.partners import stood_for_by


class StateFilter(DropdownFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request, model_admin):
        return [("mine", _("waiting for me")), ("waiting", _("waiting for an answer"))]

    def queryset(self, request, queryset):
        if self.value() == "mine":
            return queryset.waiting().filter(manager__in=stood_for_by(request.user))
        return queryset.waiting() if self.value() == "waiting" else queryset


@admin.register(Conversation)
class ConversationAdmin(NeverDeleted, QuickAdmin):
    empty_says = _("What partners write to their manager, and what managers write from a contact's page, is here.")
    list_display = ["about", "contact", "partner", "manager", "last_at", "promised_by", "state"]
    list_display_links = None
    list_select_related = ["contact", "partner", "manager"]
    list_filter = [StateFilter]
    search_fields = ["subject"]
    actions = None

    def get_urls(self):
        own = [
            path("begin/<uuid:public_id>/", self.admin_site.admin_view(begin_page), name="communications_conversation_begin"),
            path("<uuid:public_id>/", self.admin_site.admin_view(conversation_page), name="communications_conversation_page"),
            path("files/<uuid:public_id>/", self.admin_site.admin_view(file), name="communications_conversation_file"),
            path("<uuid:public_id>/hand-on/", self.admin_site.admin_view(hand_on), name="communications_conversation_hand_on"),
        ]
        return [*own, *(each for each in super().get_urls() if each.name == "communications_conversation_changelist")]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def has_add_permission(self, request) -> bool:
        return False

    @admin.display(description=_("subject"))
    def about(self, row: Conversation) -> str:
        return row_link(reverse("admin:communications_conversation_page", args=[row.public_id]), row)

    @display(description=_("state"), label={"waiting": "warning", "late": "danger", "answered": "success"})
    def state(self, row: Conversation) -> tuple[str, str]:
        if row.waiting_since is None:
            return "answered", _t("answered")
        return ("late", _t("late")) if row.is_late else ("waiting", _t("waiting"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("view_conversation")
def conversation_page(request, public_id: UUID) -> HttpResponse:
    conversation = _conversation_or_404(request, public_id)
    form, status = MessageForm(request.POST or None), 200
    may_write = request.user.has_perm("communications.change_conversation")
    if request.method == "POST":
        status = 422
        try:
            if not may_write:
                raise NotAllowed(_t("Your role lets you read conversations, not answer them."))
            if form.is_valid():
                write_message(conversation, by=request.user, **form.cleaned_data)
                messages.success(request, _t("%(name)s finds it in the portal.") % {"name": conversation.contact})
                return redirect("admin:communications_conversation_page", public_id)
        except Refused as refusal:
            form.add_error("text", str(refusal))
            status = refusal.status
    else:
        mark_read_by_manager(conversation, by=request.user)
    return page(
        request, "conversation/page.html", conversation.subject, status=status, conversation=conversation, form=form,
        thread=messages_of(conversation), may_write=may_write, opts=Conversation._meta,
        managers=_managers().exclude(pk=conversation.manager_id).order_by("name", "email")[:200],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("add_conversation")
def begin_page(request, public_id: UUID) -> HttpResponse:
    """With one contact, from their page."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user).select_related("partner"), public_id=public_id)
    form, status = ConversationForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                conversation = open_conversation(contact, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
                status = refusal.status
            else:
                messages.success(request, _t("%(name)s finds it in the portal.") % {"name": contact})
                return redirect("admin:communications_conversation_page", conversation.public_id)
    title = _t("Write to %(name)s") % {"name": contact}
    return page(request, "conversation/begin.html", title, status=status, contact=contact, form=form, opts=Conversation._meta)


@require_POST
@needs("change_conversation")
def hand_on(request, public_id: UUID) -> HttpResponse:
    conversation = _conversation_or_404(request, public_id)
    asked = request.POST.get("manager", "")
    to = _managers().filter(pk=asked).first() if asked.isascii() and asked.isdigit() and len(asked) < 18 else None
    try:
        if to is None:
            raise Refused(_t("Choose the manager who is to answer."))
        hand_on_conversation(conversation, to, by=request.user)
        messages.success(request, _t("%(name)s answers it from now on.") % {"name": to})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:communications_conversation_page", public_id)


@require_safe
@needs("view_conversation")
def file(request, public_id: UUID) -> HttpResponse:
    """A file that came with a mail, to be saved."""
    visible = Conversation.objects.visible_to(request.user)
    return as_download(get_object_or_404(ConversationFile, public_id=public_id, message__conversation__in=visible))


def _managers() -> QuerySet[User]:
    return User.objects.filter(is_staff=True, is_active=True)


def _conversation_or_404(request, public_id: UUID) -> Conversation:
    rows = Conversation.objects.visible_to(request.user).select_related("contact", "partner", "manager")
    return get_object_or_404(rows, public_id=public_id)
