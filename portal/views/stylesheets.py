from django.http import Http404, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from portal.stylesheets import bundle_of
from portal.surroundings import STYLESHEETS


@require_safe
@cache_control(public=True, max_age=365 * 24 * 3600, immutable=True)
def stylesheet(request, name):
    """For everyone, signed in or not. Another name is that of a version that is not served any more."""
    bundle = bundle_of(STYLESHEETS)
    if name != bundle.name:
        raise Http404
    takes_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(bundle.packed if takes_packed else bundle.text, content_type="text/css; charset=utf-8")
    if takes_packed:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
