"""What the managers' own pages of this app share: the theme around them, who may open them."""

from collections.abc import Callable
from functools import wraps

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils.html import format_html


def page(request, template: str, title: str, opts, *, status: int = 200, **context) -> TemplateResponse:
    around = {**admin.site.each_context(request), "title": title, "opts": opts}
    return TemplateResponse(request, f"admin/context/{template}", {**around, **context}, status=status)


def needs(*permissions: str) -> Callable:
    """Any one of these permissions of this app opens the page."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not any(request.user.has_perm(f"context.{permission}") for permission in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def row_link(address: str, words) -> str:
    """The first cell of a list: what the row is, and the way to its page."""
    classes = "row-link font-semibold text-font-important-light dark:text-font-important-dark"
    return format_html('<a class="{}" href="{}">{}</a>', classes, address, words)
