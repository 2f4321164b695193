"""A template with one's own logo and contact in it, and the page where a partner's admin hands in the logo."""

from uuid import UUID

from django.contrib import messages
from django.core.files.base import File
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from activity.refusals import Refused
from enablement.actions.branding import branded_for, branded_look, keep_logo
from enablement.actions.downloads import note_download
from enablement.forms.branding import LogoForm
from enablement.models import PartnerLogo
from enablement.rendering.previews import page_of
from enablement.rendering.svg_pictures import svg_picture
from enablement.views.resources import live_or_404, reader_for
from partners.readers import for_contacts, for_partner_admins

_LOOK_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"


@require_safe
@never_cache
@for_contacts
def branded_file(request, public_id: UUID) -> HttpResponse:
    """Made at once where it is not there; saved, never shown in the page."""
    found = live_or_404(request, public_id)
    version, reader = found.current, reader_for(request, found)
    if not version.places or request.viewed_as:
        raise Http404
    try:
        made = branded_for(reader, version)
    except Refused as refusal:
        return render(request, "enablement/no_logo.html", {"sentence": str(refusal), "code": refusal.code}, status=refusal.status)
    if request.method == "GET":
        note_download(version, reader)
    response = FileResponse(made.file.open("rb"), as_attachment=True, filename=version.name, content_type=version.media_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@for_contacts
def branded_page(request, public_id: UUID, number: int) -> HttpResponse:
    """A page as the download would have it, or the whole where it is HTML: in a frame in which nothing acts or loads."""
    found = live_or_404(request, public_id)
    version = found.current
    if not version.places or request.viewed_as or not (version.pictures.filter(number=number).exists() or version.preview_html):
        raise Http404
    try:
        content = branded_look(reader_for(request, found), version)
    except Refused:
        raise Http404 from None
    shown, media_type = _shown(content, version.media_type, number)
    response = HttpResponse(shown, content_type=media_type)
    response["Content-Security-Policy"] = _LOOK_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=60"
    return response


def _shown(content: bytes, media_type: str, number: int) -> tuple[bytes, str]:
    if media_type == "text/html":
        return content, "text/html; charset=utf-8"
    if media_type == "application/pdf":
        return page_of(content, number).content, "image/webp"
    drawn = svg_picture(content)
    if drawn is None:
        raise Http404
    return drawn[0], "image/svg+xml"


@require_http_methods(["GET", "HEAD", "POST"])
@for_partner_admins
def logo(request) -> HttpResponse:
    form = LogoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            keep_logo(request.contact.partner, File(form.cleaned_data["file"]), by=request.user)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("The logo is kept. Templates have it from now on."))
            return redirect("enablement:logo")
    kept = PartnerLogo.objects.filter(partner=request.contact.partner).first()
    return render(request, "enablement/logo.html", {"form": form, "logo": kept}, status=422 if form.errors else 200)


@require_safe
@never_cache
@for_partner_admins
def logo_picture(request) -> HttpResponse:
    kept = PartnerLogo.objects.filter(partner=request.contact.partner).first()
    if kept is None or not kept.file.storage.exists(kept.file.name):
        raise Http404
    response = FileResponse(kept.file.open("rb"), content_type=kept.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response
