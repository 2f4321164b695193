"""What holds for a whole part of the site."""

from django.conf import settings
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils import translation


class AdminPolicyMiddleware:
    """The admin's theme needs a looser Content-Security-Policy than the rest; see ADMIN_CONTENT_SECURITY_POLICY."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_replace = {**settings.ADMIN_CONTENT_SECURITY_POLICY, **(getattr(response, "_csp_replace", None) or {})}
        return response


class EnglishAdministrationMiddleware:
    """The administration is written in English (docs/languages.md). What it shares with partners, such as the
    names of states, is translated, and half of a page in another language is worse than none."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith("/admin/"):
            translation.activate("en")
            request.LANGUAGE_CODE = "en"
        return self.get_response(request)


class PackedPagesMiddleware(GZipMiddleware):
    """Pages go packed, a fifth of their size, each with a few random bytes so that its length tells nothing (Django sees to that).
    Files go as they are: they are packed already, or asked for in parts."""

    def process_response(self, request, response):
        is_page = not response.streaming and response.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response


class StorableAddressMiddleware:
    """No text in the database holds NUL: a page whose address asks for one is asked without it. The API says so instead."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith("/api/"):
            request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "")
        return self.get_response(request)


class WrongMethodMiddleware:
    """Who follows a link to an address that only takes forms, as after signing in again, reads a page and not nothing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        is_empty = response.status_code == 405 and not response.streaming and not response.content
        if not is_empty or request.method != "GET" or not request.accepts("text/html"):
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page
