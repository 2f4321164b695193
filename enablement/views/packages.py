"""Files of packages, which others wrote: in an origin of their own that is nobody's, without a session, and near to nothing but
themselves. See docs/decisions/0041."""

import json
import re
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_POST, require_safe

from activity.refusals import Invalid, Refused
from enablement.actions.package_runs import Session, keep_told
from enablement.file_answers import ranged
from enablement.models import PackageFile
from enablement.package_links import read_package_link
from enablement.queries.packages import package_file as find_file
from enablement.views.courses import step_or_404
from partners.readers import for_contacts

_PAGES = ("text/html", "application/xhtml+xml")
_TAGS = re.compile(rb"<!--.*?-->|<(?P<name>!doctype|html|head)(?:\s[^>]*)?>", re.I | re.S)


@require_safe
@xframe_options_exempt
def package_file(request, token: str, path: str) -> HttpResponse:
    try:
        link = read_package_link(token)
    except Refused as refusal:
        return HttpResponse(str(refusal), status=410, content_type="text/plain; charset=utf-8")
    found = find_file(link, path) if link else None
    if found is None or not found.file.storage.exists(found.file.name):
        raise Http404
    response = _page(found) if found.media_type in _PAGES else ranged(request, found) or _file(found)
    response["Content-Security-Policy"] = _policy(request, token, found)
    response["Access-Control-Allow-Origin"] = "*"  # its own pages come from no origin, and nothing here goes by a cookie
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _policy(request, token: str, found: PackageFile) -> str:
    """It runs in an origin that is nobody's, loads only what is in the package, and sends nothing anywhere."""
    if found.media_type == "application/pdf":
        return "default-src 'none'"  # browsers show none in a sandbox, and nothing of it runs
    own = request.get_host() + reverse("enablement:package_file", args=[token, "-"]).removesuffix("-")
    runtime = request.get_host() + static("js/package-runtime.js")
    return "; ".join((
        "sandbox allow-scripts", "default-src 'none'", f"script-src {own} {runtime} 'unsafe-inline' 'unsafe-eval'",
        f"style-src {own} 'unsafe-inline'", f"img-src {own} data: blob:", f"media-src {own} data: blob:", f"font-src {own} data:",
        f"connect-src {own}", f"frame-src {own}", f"worker-src {own} blob:", f"base-uri {own}", "form-action 'none'",
    ))  # fmt: skip


def _page(found: PackageFile) -> HttpResponse:
    """With our runtime before anything of its own."""
    with found.file.open("rb") as file:
        content = file.read()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", "replace").encode("utf-8-sig")
    runtime = f'<script src="{static("js/package-runtime.js")}"></script>'.encode()
    at = _start_of(content[:20_000])
    kind = "text/html" if found.media_type == "text/html" else f"{found.media_type}; charset=utf-8"
    response = HttpResponse(content[:at] + runtime + content[at:], content_type=kind)
    response["Cache-Control"] = "no-store"
    return response


def _start_of(content: bytes) -> int:
    """Behind the opening of its head, else of the page, else at its very beginning; what stands in comments is no tag."""
    places: dict[bytes, int] = {}
    for each in _TAGS.finditer(content):
        if each["name"]:
            places.setdefault(each["name"].lower(), each.end())
    return places.get(b"head") or places.get(b"html") or places.get(b"!doctype") or 0


def _file(found: PackageFile) -> FileResponse:
    response = FileResponse(found.file.open("rb"), content_type=found.media_type)
    response["Cache-Control"] = "private, max-age=3600"
    response["Accept-Ranges"] = "bytes"
    return response


@require_POST
@for_contacts
def told(request, public_id: UUID, number: int) -> HttpResponse:
    """What the lesson told the page around it: kept, and said how one stands now."""
    found, progress, step = step_or_404(request, public_id, number)
    about = {"course": found, "step": step, "lesson": step.lesson}
    try:
        is_finished, said = request.POST.get("finished") == "1", _said(request)
        kept = keep_told(
            progress.participation, step.lesson, session=_session(request), said=said, is_finished=is_finished, by=request.user
        )
    except Refused as refusal:
        return render(request, "enablement/parts/told.html", {**about, "problem": str(refusal)}, status=refusal.status)
    ahead = next((each for each in progress.steps if each.number > number), None)
    return render(request, "enablement/parts/told.html", {
        **about, "run": kept.run, "is_passed": kept.is_passed, "after": ahead.number if ahead else None,
    })  # fmt: skip


def _said(request) -> dict[str, str]:
    """By the names of SCORM, as JSON: there may be more of them than a form has fields. Half of a character is no text."""
    try:
        told = json.loads(request.POST.get("told", ""))
        if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
            raise ValueError("not a set of texts")
    except (ValueError, RecursionError):
        raise Invalid(_("What this lesson told cannot be read. Load its page again.")) from None
    return {_whole(name): _whole(value) for name, value in told.items()}


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _session(request) -> Session:
    try:
        number, key = int(request.POST.get("session", "")[:9]), UUID(request.POST.get("key", ""))
    except ValueError:
        raise Invalid(_("This page says no longer which lesson it is about. Load it again.")) from None
    return Session(number, key)
