"""What whoever verifies a badge reads: the issuer, the achievement, the keys, what was revoked. Public, and stable."""

from uuid import UUID

from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from enablement.badge_keys import public_key
from enablement.models import Certificate, Course, CourseState
from enablement.rendering.addresses import certificate_address, outside
from enablement.rendering.badges import CONTEXT, achievement_of, issuer_of
from partners.models import Programme


@require_safe
def keys(request):
    """RFC 7517."""
    return _json({"keys": [public_key()]})


@require_safe
def key(request, key: str):
    """The one key, as the header of a badge names it."""
    own = public_key()
    if key != own["kid"]:
        raise Http404
    return _json(own)


@require_safe
def issuer(request, public_id: UUID):
    programme = get_object_or_404(_issuing(), public_id=public_id)
    return _json({"@context": CONTEXT, **issuer_of(programme)})


@require_safe
def achievement(request, public_id: UUID):
    """Of courses that give a certificate and are known outside already."""
    rows = Course.objects.exclude(certification=None).exclude(state=CourseState.DRAFT)
    course = get_object_or_404(rows.select_related("programme"), public_id=public_id)
    return _json({"@context": CONTEXT, **achievement_of(course), "creator": issuer_of(course.programme)})


@require_safe
def revocations(request, public_id: UUID):
    """A 1EdTech revocation list: addresses of certificates, and nothing about their holders."""
    programme = get_object_or_404(_issuing(), public_id=public_id)
    revoked = Certificate.objects.filter(course__programme=programme).exclude(revoked_at=None).order_by("pk")
    rows = [{"id": certificate_address(row), "revoked": True} for row in revoked.only("public_id")]
    address = outside("badge_revocations", programme.public_id)
    return _json({"id": address, "issuer": issuer_of(programme)["id"], "revokedCredential": rows})


def _issuing():
    """Programmes that have a course which gives a certificate."""
    known = Course.objects.exclude(certification=None).exclude(state=CourseState.DRAFT)
    return Programme.objects.filter(pk__in=known.values("programme"))


def _json(content: dict) -> JsonResponse:
    return JsonResponse(content, headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"})
