"""What the managers' pages of the library share: the theme around them, who may open them, a resource or a 404."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from enablement.models import Resource


def page(request, template: str, title: str, *, status: int = 200, **context) -> TemplateResponse:
    around = {**admin.site.each_context(request), "title": title, "opts": Resource._meta}
    return TemplateResponse(request, f"admin/enablement/{template}", {**around, **context}, status=status)


def needs(permission: str) -> Callable:
    """This permission of the app opens the page."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.has_perm(f"enablement.{permission}"):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def resource_or_404(request, public_id: UUID) -> Resource:
    rows = Resource.objects.visible_to(request.user).select_related("programme", "segment", "owner", "current", "successor")
    return get_object_or_404(rows, public_id=public_id)
