"""Pages about one segment: how it overlaps with another, how it changed, and whom it finds as a file."""

from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activity.actions.accesses import record_accesses
from activity.csv_files import csv_response
from activity.models import Access
from activity.refusals import Invalid
from context.models import Segment
from context.queries.segment_export import partner_rows, partners_in_file, people_rows
from context.queries.segment_overlap import Overlap, overlap_of
from context.queries.segment_versions import Difference, difference_of, versions_of
from context.rules.named_segments import id_of


@require_safe
def overlap(request, public_id: UUID) -> HttpResponse:
    segment = _segment(request, public_id)
    other_id = id_of(request.GET.get("with", ""))
    other = Segment.objects.visible_to(request.user).filter(public_id=other_id).first() if other_id else None
    context = {"others": Segment.objects.visible_to(request.user).exclude(pk=segment.pk), "other": other}
    if other:
        words = (_("Only “%s”") % segment.name, _("Both"), _("Only “%s”") % other.name)
        context |= _asked(lambda: _grouped("overlap", overlap_of(segment, other, visible_to=request.user), words))
    return _page(request, segment, "admin/context/segment/overlap.html", _("Overlap"), context)


@require_safe
def versions(request, public_id: UUID) -> HttpResponse:
    """The versions in words and, of the two that were chosen or the newest two, what differs."""
    segment = _segment(request, public_id)
    rows = versions_of(segment)
    by_number = {str(row.version.number): row.version for row in rows}
    newest = [*by_number][:2]
    older = by_number.get(request.GET.get("from", newest[-1] if newest else ""))
    newer = by_number.get(request.GET.get("to", newest[0] if newest else ""))
    context = {"versions": rows, "older": older, "newer": newer}
    if older and newer and older != newer:
        words = (_("Go out"), _("Stay"), _("Come in"))
        context |= _asked(lambda: _grouped("difference", difference_of(older, newer, visible_to=request.user), words))
    return _page(request, segment, "admin/context/segment/versions.html", _("Versions"), context)


@require_safe
def partners_file(request, public_id: UUID) -> HttpResponse:
    segment = _segment(request, public_id, also="partners.view_partner")
    return _file(request, segment, "partners", partner_rows)


@require_safe
def people_file(request, public_id: UUID) -> HttpResponse:
    segment = _segment(request, public_id, also="partners.view_contact")
    return _file(request, segment, "people", people_rows)


def _segment(request, public_id: UUID, *, also: str = "") -> Segment:
    if not request.user.has_perm("context.view_segment") or (also and not request.user.has_perm(also)):
        raise PermissionDenied
    segment = Segment.objects.visible_to(request.user).filter(public_id=public_id).first()
    if segment is None:
        raise Http404
    return segment


def _asked(ask) -> dict:
    try:
        return ask()
    except Invalid as refusal:
        return {"problem": str(refusal)}


def _grouped(name: str, found: Overlap | Difference, words: tuple[str, ...]) -> dict:
    groups = found.groups if isinstance(found, Overlap) else found.overlap.groups
    return {name: found, "groups": list(zip(groups, words, strict=True))}


def _file(request, segment: Segment, what: str, read) -> HttpResponse:
    """Whose data leaves the portal is on record before it does."""
    try:
        header, rows = read(segment, request.user)
    except Invalid as refusal:
        return HttpResponse(str(refusal), status=409, content_type="text/plain; charset=utf-8")
    record_accesses(partners_in_file(segment, request.user), by=request.user, way=Access.Way.FILE)
    return csv_response(f"segment-{segment.public_id}-{what}.csv", header, rows)


def _page(request, segment: Segment, template: str, title: str, context: dict) -> HttpResponse:
    back = reverse("admin:context_segment_change", args=[segment.pk])
    shared = {**admin.site.each_context(request), "title": f"{title} · {segment.name}", "segment": segment, "back": back}
    return render(request, template, {**shared, **context})
