"""Rooms: the same pages for a partner's people and for ours, since both write in them. Who is not named finds none."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.refusals import Refused
from communications.rendering.compiling import markdown_as_html
from communications.views.conversations import as_download
from enablement.actions.room_comments import (
    accept_suggestion,
    comment_on_draft,
    decline_suggestion,
    settle_comment,
    suggest_wording,
)
from enablement.actions.rooms import (
    WrittenMeanwhile,
    add_room_file,
    draft_announcement_of,
    finish_room,
    reopen_room,
    save_text,
    see_room,
)
from enablement.forms.rooms import (
    AnnounceForm,
    DeclineSuggestionForm,
    DraftCommentForm,
    DraftForm,
    RoomFileForm,
    SuggestionForm,
)
from enablement.models import Room, RoomComment, RoomFile
from enablement.queries.rooms import difference, named_in, rooms_of
from enablement.writers import Writer
from partners.readers import for_contacts

VERSIONS_SHOWN = 30


def for_writers(view):
    """`request.writer` is who is signed in: one of ours as themselves, also while they view as somebody else."""

    @login_required
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.user.is_staff:
            if not request.user.has_perm("enablement.view_room"):
                raise Http404
            request.writer = Writer(user=request.user)
        elif request.contact is None:
            return render(request, "portal/no_contact.html", status=403)
        else:
            request.writer = Writer(contact=request.contact)
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@for_contacts
def room_list(request):
    """Whoever views as somebody else sees those of their rooms in which they are named themselves."""
    rooms = rooms_of(Writer(contact=request.contact))
    if request.viewed_as:
        rooms = rooms.filter(pk__in=rooms_of(Writer(user=request.user)).order_by().values("pk"))
    return render(request, "enablement/rooms.html", {"rooms": rooms})


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def room_page(request, public_id):
    """POST writes a comment."""
    room = _room_or_404(request, public_id)
    form = DraftCommentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            comment_on_draft(room, writer=request.writer, **form.cleaned_data)
        except Refused as refusal:
            _add_error(form, refusal)
        else:
            messages.success(request, _("Your comment is there."))
            return redirect("enablement:room", public_id)
    context = _shown(request, room)
    if request.method != "POST" and not request.viewed_as:
        see_room(room, writer=request.writer)
    return render(request, "enablement/room.html", {**context, "form": form}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def write(request, public_id):
    """Where somebody saved in between, both texts are shown with what differs; saving again saves onto theirs."""
    room = _room_or_404(request, public_id)
    form, meanwhile = DraftForm(request.POST or None, initial={"text": room.text, "base": room.version}), None
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            save_text(room, words["text"], base=words["base"], writer=request.writer, note=words["note"])
        except WrittenMeanwhile as refusal:
            meanwhile = {"theirs": refusal.theirs, "lines": difference(refusal.theirs.text, words["text"]), "said": str(refusal)}
            form = DraftForm(initial={**words, "base": refusal.theirs.number})
            return render(request, "enablement/write.html", {"room": room, "form": form, "meanwhile": meanwhile}, status=409)
        except Refused as refusal:
            _add_error(form, refusal)
        else:
            messages.success(request, _("Saved. Everybody in the room sees it."))
            return redirect("enablement:room", public_id)
    return render(request, "enablement/write.html", {"room": room, "form": form, "meanwhile": None}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def version(request, public_id, number: int):
    """What this version changed. POST makes its text the latest one again."""
    room = _room_or_404(request, public_id)
    row = get_object_or_404(room.versions.select_related("contact", "by"), number=number)
    if request.method == "POST":
        try:
            note = _("as in version %(n)d") % {"n": row.number}
            save_text(room, row.text, base=room.version, writer=request.writer, note=note)
            messages.success(request, _("It says again what version %(n)d said.") % {"n": row.number})
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("enablement:room", public_id)
    before = room.versions.filter(number=number - 1).first()
    lines = difference(before.text if before else "", row.text)
    return render(request, "enablement/draft_version.html", {"room": room, "version": row, "lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def suggest(request, public_id):
    room = _room_or_404(request, public_id)
    form = SuggestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            suggest_wording(room, writer=request.writer, **form.cleaned_data)
        except Refused as refusal:
            _add_error(form, refusal)
        else:
            messages.success(request, _("Your suggestion is there."))
            return redirect("enablement:room", public_id)
    return render(request, "enablement/suggest.html", {"room": room, "form": form}, status=_status(form))


@require_POST
@for_writers
def move_comment(request, public_id, verb: str):
    rows = RoomComment.objects.filter(room__in=rooms_of(request.writer).order_by().values("pk")).select_related("room")
    row = get_object_or_404(rows, public_id=public_id)
    try:
        match verb:
            case "accept":
                accept_suggestion(row, writer=request.writer)
            case "decline":
                form = DeclineSuggestionForm(request.POST)
                decline_suggestion(row, writer=request.writer, reason=form.data.get("reason", ""))
            case "settle":
                settle_comment(row, writer=request.writer)
            case _:
                raise Http404
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("enablement:room", row.room.public_id)


@require_POST
@for_writers
def move(request, public_id, verb: str):
    room = _room_or_404(request, public_id)
    try:
        match verb:
            case "finish":
                finish_room(room, writer=request.writer)
            case "reopen":
                reopen_room(room, writer=request.writer)
            case "announce":
                return _announce(request, room)
            case "file":
                _add_file(request, room)
            case _:
                raise Http404
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("enablement:room", public_id)


@require_safe
@for_writers
def room_file(request, public_id):
    """Never shown in the page, always saved."""
    rows = RoomFile.objects.filter(room__in=rooms_of(request.writer).order_by().values("pk"))
    row = get_object_or_404(rows, public_id=public_id)
    row.content_type = row.media_type
    return as_download(row)


@require_safe
@for_writers
def export(request, public_id):
    """The text as it is now, to take along."""
    room = _room_or_404(request, public_id)
    response = HttpResponse(room.text, content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(room.title)[:60] or "draft"}.md"'
    response["Cache-Control"] = "private, no-store"
    return response


def _announce(request, room: Room):
    if not request.user.is_staff:
        raise Http404
    form = AnnounceForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose for whom the announcement is."))
    draft = draft_announcement_of(room, by=request.user, segment=form.cleaned_data["segment"])
    return redirect(reverse("admin:communications_announcement_change", args=[draft.public_id]))


def _add_file(request, room: Room) -> None:
    form = RoomFileForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused(" ".join(form.errors["file"]))
    add_room_file(room, form.cleaned_data["file"], writer=request.writer, key=form.cleaned_data["key"])
    messages.success(request, _("The file is there."))


def _shown(request, room: Room) -> dict:
    may_announce = request.user.is_staff and request.user.has_perm("communications.add_announcement")
    members = list(named_in(room))
    return {
        "room": room,
        "html": markdown_as_html(room.text),
        "comments": room.comments.select_related("contact", "by"),
        "files": room.files.select_related("contact", "by"),
        "versions": room.versions.select_related("contact", "by")[:VERSIONS_SHOWN],
        "members": members,
        "is_their_side_gone": room.finished_at is None and not any(member.contact_id for member in members),
        "file_form": RoomFileForm(),
        "announce_form": AnnounceForm() if may_announce else None,
        "is_ours": request.user.is_staff,
    }


def _room_or_404(request, public_id) -> Room:
    return get_object_or_404(rooms_of(request.writer), public_id=public_id)


def _add_error(form, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def _status(form) -> int:
    return 422 if form.is_bound and form.errors else 200
