"""A partner's person and their manager, in the portal."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activity.refusals import Refused
from communications.actions.conversations import mark_read_by_contact, open_conversation, write_message
from communications.forms.conversations import ConversationForm, MessageForm
from communications.models import Conversation, ConversationFile
from communications.queries.conversations import answer_policy, conversations_of, messages_of, responsible_manager
from partners.readers import for_contacts

PAGE_SIZE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def conversation_list(request):
    """Those of this person, and the form that begins another."""
    form, status = ConversationForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                conversation = open_conversation(request.contact, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
                status = refusal.status
            else:
                messages.success(request, _("Your message is on its way."))
                return redirect("communications:conversation", conversation.public_id)
    page = Paginator(conversations_of(request.contact), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "communications/conversations.html", {
        "page": page, "conversations": page.object_list, "form": form, "policy": answer_policy(),
        "manager": responsible_manager(request.contact),
    }, status=status)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def conversation_page(request, public_id):
    conversation = get_object_or_404(conversations_of(request.contact), public_id=public_id)
    form, status = MessageForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                write_message(conversation, **form.cleaned_data)
            except Refused as refusal:
                form.add_error("text", str(refusal))
                status = refusal.status
            else:
                messages.success(request, _("Your message is on its way."))
                return redirect("communications:conversation", public_id)
    elif not request.viewed_as and _is_unread(conversation):
        mark_read_by_contact(conversation)
    return render(request, "communications/conversation.html", {
        "conversation": conversation, "thread": messages_of(conversation), "form": form,
    }, status=status)  # fmt: skip


@require_safe
@for_contacts
def conversation_file(request, public_id):
    """A file that came with a mail; never shown in the page, always saved."""
    rows = ConversationFile.objects.filter(message__conversation__in=conversations_of(request.contact).order_by().values("pk"))
    return as_download(get_object_or_404(rows, public_id=public_id))


def as_download(row: ConversationFile) -> FileResponse:
    if not row.file or not row.file.storage.exists(row.file.name):
        raise Http404
    response = FileResponse(row.file.open(), content_type=row.content_type, as_attachment=True, filename=row.name)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _is_unread(conversation: Conversation) -> bool:
    return conversation.read_by_contact_at is None or conversation.read_by_contact_at < conversation.last_at
