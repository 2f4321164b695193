from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activity.form_keys import posted_key
from activity.refusals import Refused
from communications.actions.comments import remark_on_version, reopen_remark, reply_to_remark, settle_remark
from communications.admin.pages import announcement_or_404, needs, page
from communications.admin.previews import version_or_draft
from communications.forms.composer import PreviewForm
from communications.models import ReviewComment
from communications.queries.audience import audience_of_version
from communications.queries.comments import remarks_on_version
from communications.queries.contradictions import consistency_of
from communications.queries.readers import readers_of
from communications.queries.version_diff import diff_of


@require_safe
@needs("view_announcement")
def version_page(request, public_id: UUID, number: int) -> HttpResponse:
    """A version, what changed since the one before it (or `?since=`), and what is remarked on it."""
    return _show(request, public_id, number)


@require_POST
@needs("change_announcement", "approve_announcement")
def add_remark(request, public_id: UUID, number: int) -> HttpResponse:
    announcement = announcement_or_404(request, public_id)
    said = {name: request.POST.get(name, "").replace("\x00", "") for name in ("text", "quote")}
    try:
        remark_on_version(announcement, number, by=request.user, key=posted_key(request.POST.get("key")), **said)
    except Refused as refusal:
        kept = {f"remark_{name}": words for name, words in said.items()}
        return _show(request, public_id, number, status=refusal.status, remark_refusal=refusal, **kept)
    return _back(announcement, number)


@require_POST
@needs("change_announcement", "approve_announcement")
def move_remark(request, public_id: UUID, comment: UUID, verb: str) -> HttpResponse:
    announcement = announcement_or_404(request, public_id)
    row = get_object_or_404(ReviewComment, announcement=announcement, public_id=comment)
    try:
        if verb == "reply":
            reply_to_remark(row, by=request.user, text=request.POST.get("text", ""), key=posted_key(request.POST.get("key")))
        elif verb in ("settle", "reopen"):
            (settle_remark if verb == "settle" else reopen_remark)(row, by=request.user)
        else:
            raise Http404
    except Refused as refusal:
        return _show(request, public_id, row.version, status=refusal.status, remark_refusal=refusal)
    return _back(announcement, row.version)


def _back(announcement, number: int) -> HttpResponse:
    return redirect(reverse("admin:communications_announcement_version", args=[announcement.public_id, number]) + "#remarks")


def _show(request, public_id: UUID, number: int, *, status: int = 200, **more) -> HttpResponse:
    announcement = announcement_or_404(request, public_id)
    version = version_or_draft(announcement, number) if number else None
    if version is None:
        raise Http404
    asked = request.GET.get("since", "")
    since = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else number - 1
    before = version_or_draft(announcement, since) if since else None
    look = PreviewForm(request.GET).look()
    return page(
        request, "announcement/version.html", _("Version %(n)d of “%(title)s”") % {"n": number, "title": announcement},
        announcement=announcement, version=version, before=before, diff=diff_of(before, version) if before else None,
        readers=readers_of(audience_of_version(version), request.user, look_as=look["look_as"], look_for=look["look_for"]),
        consistency=consistency_of(version, request.user),
        chosen=look, number=number, remarks=remarks_on_version(announcement, number), status=status, **more,
        may_remark=any(request.user.has_perm(f"communications.{verb}_announcement") for verb in ("change", "approve")),
    )  # fmt: skip
