"""What the catch-all took, for whoever develops or tries PartnerHub. Only in embedded mode, which listens on loopback."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerhub.catch_all import mails

SHOWN_ON_PAGE, SHOWN_AT_MOST = 100, 20_000
# A mail's HTML is somebody's text: no scripts, no forms, nothing that looks at us. Its links open in a new window.
FRAME_POLICY = {
    "default-src": [NONE],
    "img-src": ["*", "data:"],
    "style-src": [UNSAFE_INLINE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@require_safe
def mail_page(request: HttpRequest, mail_id: str = "") -> HttpResponse:
    asked = _asked(request, SHOWN_ON_PAGE)
    entries = mails.newest(**asked)
    chosen = mails.read_by_id(mail_id) if mail_id else (mails.read(entries[0]) if entries else None)
    if mail_id and not chosen:
        raise Http404
    return render(request, "catch_all/mails.html", {"mails": entries, "chosen": chosen, "asked": asked})


@require_safe
@csp(FRAME_POLICY)
def mail_html(request: HttpRequest, mail_id: str) -> HttpResponse:
    """The HTML part alone, for the sandboxed frame."""
    mail = mails.read_by_id(mail_id)
    if not mail:
        raise Http404
    return HttpResponse(f'<base target="_blank">{mail.html}')


@require_safe
def mail_json(request: HttpRequest) -> JsonResponse:
    found = (mails.read(entry) for entry in mails.newest(**_asked(request, SHOWN_ON_PAGE)))
    return JsonResponse([mail.as_dict() for mail in found if mail], safe=False)


def _asked(request: HttpRequest, usual: int) -> dict:
    limit = request.GET.get("limit", "")
    return {
        "to": request.GET.get("to", ""),
        "subject": request.GET.get("subject", ""),
        "limit": min(int(limit), SHOWN_AT_MOST) if limit.isascii() and limit.isdigit() and int(limit) else usual,
    }
