"""What the managers' own pages share: the theme around them, who may open them, a row or a 404."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from activity.refusals import Refused
from communications.models import Announcement


def page(request, template: str, title: str, *, status: int = 200, **context) -> TemplateResponse:
    """`title` is also where it stands: the last of the crumbs, unless these name an object already."""
    around = {**admin.site.each_context(request), "title": title, "opts": _noun_of(template)._meta}
    around["crumb"] = "" if {"original", "object"} & context.keys() else title
    return TemplateResponse(request, f"admin/communications/{template}", {**around, **context}, status=status)


def _noun_of(template: str) -> type[Model]:
    """It has a folder of its own; the calendar, reports and the like are of announcements."""
    try:
        return apps.get_model("communications", template.partition("/")[0])
    except LookupError:
        return Announcement


def part(request, template: str, *, status: int = 200, **context) -> TemplateResponse:
    """A piece of a page, for htmx."""
    return TemplateResponse(request, f"admin/communications/{template}", context, status=status)


def needs(*permissions: str) -> Callable:
    """Any one of these permissions of this app opens the page."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not any(request.user.has_perm(f"communications.{permission}") for permission in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def says_refusal(view: Callable) -> Callable:
    """What cannot be shown is said on a page of its own."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Refused as refusal:
            return page(request, "refused.html", _("This cannot be shown"), status=refusal.status, sentence=str(refusal))

    return answered


def announcement_or_404(request, public_id: UUID) -> Announcement:
    rows = Announcement.objects.visible_to(request.user).select_related(
        "programme", "segment", "topic", "author", "approved_by", "objective", "theme", "archived_report__archive"
    )
    return get_object_or_404(rows, public_id=public_id)


def page_number(request) -> int:
    """From 1 on; whatever is not a number is the first page."""
    asked = request.GET.get("page", "1")
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def row_link(address: str, words) -> str:
    """The first cell of a list: what the row is, and the way to its page."""
    classes = "row-link font-semibold text-font-important-light dark:text-font-important-dark"
    return format_html('<a class="{}" href="{}">{}</a>', classes, address, words)
