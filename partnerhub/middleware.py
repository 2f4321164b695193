"""What holds for a whole part of the site."""

from django.conf import settings


class AdminPolicyMiddleware:
    """The admin's theme needs a looser Content-Security-Policy than the rest; see ADMIN_CONTENT_SECURITY_POLICY."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_replace = {**settings.ADMIN_CONTENT_SECURITY_POLICY, **(getattr(response, "_csp_replace", None) or {})}
        return response
