"""What the managers' own pages of this app share."""

from collections.abc import Callable
from functools import wraps

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse


def page(request, template: str, title: str, opts, *, status: int = 200, **context) -> TemplateResponse:
    around = {**admin.site.each_context(request), "title": title, "opts": opts}
    return TemplateResponse(request, f"admin/enablement/{template}", {**around, **context}, status=status)


def needs(*permissions: str) -> Callable:
    """Any one of these permissions of this app opens the page."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not any(request.user.has_perm(f"enablement.{permission}") for permission in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
