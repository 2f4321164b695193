from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communications.admin.pages import announcement_or_404, needs, page
from communications.admin.previews import version_or_draft
from communications.forms.composer import PreviewForm
from communications.queries.audience import audience_of_version
from communications.queries.readers import readers_of
from communications.queries.version_diff import diff_of


@require_safe
@needs("view_announcement")
def version_page(request, public_id: UUID, number: int) -> HttpResponse:
    """A version, and what changed since the one before it (or `?since=`)."""
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
        chosen=look, number=number,
    )  # fmt: skip
