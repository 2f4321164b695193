"""What the managers' own pages of this app share: the theme around them, who may open them, a meeting or a 404."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from collaboration.models import Meeting


def page(request, template: str, title: str, *, status: int = 200, **context) -> TemplateResponse:
    around = {**admin.site.each_context(request), "title": title, "opts": Meeting._meta}
    return TemplateResponse(request, f"admin/collaboration/{template}", {**around, **context}, status=status)


def needs(permission: str) -> Callable:
    """This permission on meetings opens the page."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.has_perm(f"collaboration.{permission}"):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def meeting_or_404(request, public_id: UUID) -> Meeting:
    rows = Meeting.objects.visible_to(request.user).select_related("programme", "segment", "partner", "host", "series")
    return get_object_or_404(rows, public_id=public_id)
