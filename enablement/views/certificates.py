"""Certificates: the page that anybody may check, and for its holder the files."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from enablement.models import Certificate
from enablement.rendering.addresses import certificate_address
from enablement.rendering.badges import badge_of
from enablement.rendering.certificate_pdf import certificate_pdf


@never_cache
@require_safe
def certificate(request, public_id: UUID):
    """For whoever has the address: the name, the course, the days and whether it holds. Its holder finds the files here, too."""
    found = get_object_or_404(_rows(), public_id=public_id)
    if request.contact is None:
        request.programme = found.course.programme
    is_own = request.user.is_authenticated and Certificate.objects.visible_to(request.user).filter(pk=found.pk).exists()
    return render(request, "enablement/certificate.html", {
        "certificate": found, "is_own": is_own or _is_viewed(request, found), "address": certificate_address(found),
    })  # fmt: skip


@require_safe
def certificate_file(request, public_id: UUID):
    found = get_object_or_404(_own(request), public_id=public_id)
    return _file(certificate_pdf(found), "application/pdf", f"{found.number}.pdf")


@require_safe
def badge(request, public_id: UUID):
    """The signed badge, as wallets and registries take it."""
    found = get_object_or_404(_own(request), public_id=public_id)
    return _file(badge_of(found).encode(), "application/vc+jwt", f"{found.number}.jwt")


def _rows():
    return Certificate.objects.select_related("course__programme", "contact")


def _own(request):
    """For its holder, and for managers who see it. Of what was revoked nothing is given out that would say it holds."""
    return _rows().visible_to(request.user).filter(revoked_at=None)


def _is_viewed(request, found: Certificate) -> bool:
    return request.contact is not None and request.contact.pk == found.contact_id


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
