from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from partnerhub.api.problems import problem_page


@csrf_exempt
def unknown_address(request: HttpRequest, *_args, **_kwargs) -> HttpResponse:
    """Where only the slash at the end is missing, a reader is sent on; a writer is told, since a redirect loses the body."""
    with_slash = f"{request.path}/"
    if request.path.endswith("/") or resolve(with_slash).func is unknown_address:
        return problem_page(404, _("There is nothing at this address. /api/docs/ shows what there is."))
    if request.method in ("GET", "HEAD"):
        query = request.META.get("QUERY_STRING")
        return HttpResponsePermanentRedirect(f"{with_slash}?{query}" if query else with_slash)
    return problem_page(404, _("This address ends with a slash: %(address)s") % {"address": with_slash})
