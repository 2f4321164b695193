"""The library in the portal: its shelf, a collection, one resource, and the way to its file."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.api.inputs import as_uuid
from activity.refusals import Refused
from communications.rendering.compiling import markdown_as_html, with_scrolling_tables
from enablement.actions.branding import check_brand
from enablement.actions.downloads import note_download
from enablement.models import Resource, ResourceVersion
from enablement.queries.held_versions import outdated_held
from enablement.queries.resources import collection_for, resource_for, shelf_of, successor_for
from enablement.signed_links import PLAY, link_to
from partners.models import Contact
from partners.readers import for_contacts

PAGE_SIZE = 20


@require_safe
@for_contacts
def library(request) -> HttpResponse:
    shelf = shelf_of(request.contact, product=as_uuid(request.GET.get("product", "")))
    page = Paginator(shelf.found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "enablement/library.html", {"shelf": shelf, "page": page, "resources": list(page.object_list)})


@require_safe
@for_contacts
def collection(request, public_id: UUID) -> HttpResponse:
    found = collection_for(request.contact, public_id)
    if found is None:
        raise Http404
    return render(request, "enablement/collection.html", {"collection": found[0], "resources": found[1]})


@require_safe
@for_contacts
def resource(request, public_id: UUID) -> HttpResponse:
    found = _resource_or_404(request, public_id)
    if not found.is_live:
        successor = successor_for(found, readers_of(request))
        return render(request, "enablement/over.html", {"resource": found, "successor": successor}, status=410)
    version = found.current
    is_filled, lacks = _brand(request, found)
    return render(request, "enablement/resource.html", {
        "is_filled": is_filled, "lacks": lacks, "held": outdated_held(found, readers_of(request)),
        "resource": found, "version": version, "products": list(found.products.all()),
        "pictures": list(version.pictures.all()) if version.preview == "ready" else [],
        "text": mark_safe(_text_of(version)),  # noqa: S308 - cleaned by nh3
        "video": link_to(version, request.user, PLAY) if version.is_video else "",
        "versions": list(found.versions.defer("passages", "preview_html", "body")),
    })  # fmt: skip


def _text_of(version: ResourceVersion) -> str:
    return markdown_as_html(version.body) if version.body else with_scrolling_tables(version.preview_html)


def _brand(request, found: Resource) -> tuple[bool, Refused | None]:
    """Whether its preview can have the reader's logo and contact in it, and what stands against that."""
    if not found.current.places or request.viewed_as:
        return False, None
    try:
        check_brand(reader_for(request, found), found.current)
    except Refused as refusal:
        return False, refusal
    return True, None


@require_safe
@never_cache
@for_contacts
def download(request, public_id: UUID, number: int | None = None) -> HttpResponse:
    """Counted, then led to a link that soon expires. An older version can be had as long as the resource is out."""
    found = live_or_404(request, public_id)
    version = found.current if number is None else found.versions.filter(number=number).first()
    if version is None or not (version.file or version.url):
        raise Http404
    if request.method == "GET" and not request.viewed_as:
        note_download(version, reader_for(request, found))
    return redirect(link_to(version, request.user) if version.file else version.url)


@require_safe
@for_contacts
def preview_page(request, public_id: UUID, number: int) -> HttpResponse:
    found = live_or_404(request, public_id)
    picture = found.current.pictures.filter(number=number).first()
    if picture is None or not picture.picture.storage.exists(picture.picture.name):
        raise Http404
    response = FileResponse(picture.picture.open("rb"), content_type=picture.media_type)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def readers_of(request) -> list[Contact]:
    """All contacts of the login: what search finds for a person opens whichever of them is chosen just now."""
    return [request.contact] if request.viewed_as else list(request.contacts)


def reader_for(request, found: Resource) -> Contact:
    """For which of their contacts it is theirs: the chosen one, where it is for that."""
    if len(readers_of(request)) == 1:
        return request.contact
    others = [each for each in request.contacts if each.pk != request.contact.pk]
    theirs = Resource.objects.filter(pk=found.pk)
    return next((each for each in (request.contact, *others) if theirs.meant_for([each]).exists()), request.contact)


def _resource_or_404(request, public_id: UUID) -> Resource:
    found = resource_for(readers_of(request), public_id)
    if found is None:
        raise Http404
    return found


def live_or_404(request, public_id: UUID) -> Resource:
    found = _resource_or_404(request, public_id)
    if not found.is_live:
        raise Http404
    return found


def readable_version(request, public_id: UUID) -> ResourceVersion | None:
    """For managers of any resource, for a partner's people of what is for them and live."""
    theirs, own = Resource.objects.readable_by, Resource.objects.visible_to
    rows = theirs([request.contact]) if request.viewed_as else own(request.user)
    return ResourceVersion.objects.filter(public_id=public_id, resource__in=rows.values("pk")).exclude(file="").first()
