"""Files of the library for integrators: the bytes, or where a store outside keeps them, its own address that soon expires.

What an integrator takes counts as nothing, as what a manager takes. Taken for a person of a partner it is counted with its version,
as in the portal, and only what that person may take there can be had."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.renderers import JSONRenderer

from accounts.api.inputs import as_uuid
from accounts.models import Scope
from accounts.roles import permission_for
from activity.refusals import Invalid, Refused
from enablement.actions.downloads import note_download
from enablement.file_answers import answer_with, is_kept
from enablement.models import Resource, ResourceKind, ResourceVersion
from enablement.signed_links import is_outside, link_to
from partners.models import Contact

PARAMETERS = ("version", "contact")


class AnyType(JSONRenderer):
    """Whatever a client accepts, it gets the file; what is refused is said in JSON."""

    media_type = "*/*"


described = extend_schema(
    parameters=[
        OpenApiParameter(
            "version", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}, description="Its number; the newest when left out."
        ),
        OpenApiParameter(
            "contact", OpenApiTypes.UUID,
            description="The person for whom you take it: it has to be out and for them, and is counted. Needs library:write.",
        ),
    ],
    responses={
        (200, "*/*"): OpenApiTypes.BINARY,
        (206, "*/*"): OpenApiTypes.BINARY,
        302: OpenApiResponse(description="Files are in a store outside: its address, which expires after ten minutes."),
        416: OpenApiResponse(description="The file has no such part."),
    },
)  # fmt: skip


def file_of(resource: Resource, request) -> HttpResponse:
    contact = _contact(request)
    if contact and not Resource.objects.readable_by([contact]).filter(pk=resource.pk).exists():
        raise NotFound(_("This resource is not out, or not for this person."))
    version = _version(resource, request.query_params.get("version"))
    if contact and _begins(request):
        note_download(version, contact)
    answer = HttpResponseRedirect(link_to(version, request.user)) if is_outside(version) else answer_with(version, request)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _begins(request) -> bool:
    """Who fetches it in parts, or only asks how large it is, takes it once."""
    return request.method == "GET" and request.headers.get("Range", "bytes=0-").strip().startswith("bytes=0-")


def _contact(request) -> Contact | None:
    said = request.query_params.get("contact")
    if said is None:
        return None
    public_id = as_uuid(said)
    if public_id is None:
        raise ValidationError({"contact": [_("Name the person by their id.")]})
    _may_take_for_others(request)
    return _current(request.user, public_id)


def _current(user, public_id: UUID) -> Contact:
    contact = Contact.objects.visible_to(user).current().filter(public_id=public_id).first()
    if contact is None:
        raise Invalid(_("There is no contact with this id, or it is not yours to see."), field="contact")
    return contact


def _may_take_for_others(request) -> None:
    if request.auth is not None and Scope.LIBRARY_WRITE not in request.auth.scopes:
        raise PermissionDenied(_("This token lacks the scope “%(scope)s”.") % {"scope": Scope.LIBRARY_WRITE})
    if not request.user.has_perm(permission_for(Scope.LIBRARY_WRITE)):
        raise PermissionDenied(_("%(user)s has no role that may do this.") % {"user": request.user.email})


def _version(resource: Resource, said: str | None) -> ResourceVersion:
    if resource.kind != ResourceKind.FILE:
        raise Refused(_("This is no file. What it holds is read with the resource itself."))
    if said is not None and not (said.isdecimal() and said.isascii() and 0 < int(said) < 2**31):
        raise ValidationError({"version": [_("A version is a number from 1.")]})
    versions = resource.versions.defer("passages", "preview_html", "body")
    version = versions.filter(number=said).first() if said else resource.current
    if version is None:
        raise NotFound(_("There is no such version. Its versions are at …/versions/."))
    if not is_outside(version) and not is_kept(version):
        raise NotFound(_("The file is not where it was kept. Tell whoever runs this portal."))
    return version
