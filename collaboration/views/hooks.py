"""Where conference services tell who comes and goes. What is not signed, or says what cannot be, changes nothing."""

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from activity.refusals import Refused
from collaboration.actions.attendance_hooks import take_message
from collaboration.attendance_hooks import hook_secret, is_signed, is_signed_by_zoom, zoom_answer
from collaboration.models import Meeting

LONGEST = 1024 * 1024


@csrf_exempt
@require_POST
def attendance(request: HttpRequest, public_id) -> HttpResponse:
    """Of one meeting, with its own secret; in the shape of Zoom or Teams. Without the secret nobody learns whether it exists."""
    meeting = Meeting.objects.filter(public_id=public_id).first()
    secret = hook_secret(meeting or Meeting(public_id=public_id))
    body = _body(request)
    if body is None or not is_signed(secret, request.headers, body) or meeting is None:
        return _refused(_("This message is not signed with the secret of this meeting."), 401)
    return _take(body, secret, meeting=meeting)


@csrf_exempt
@require_POST
def zoom(request: HttpRequest) -> HttpResponse:
    """Of a Zoom app, for all meetings: which one is meant, its number at Zoom says."""
    if not settings.ZOOM_SECRET:
        raise Http404
    body = _body(request)
    if body is None or not is_signed_by_zoom(settings.ZOOM_SECRET, request.headers, body):
        return _refused(_("This message is not signed with ZOOM_SECRET."), 401)
    return _take(body, settings.ZOOM_SECRET)


def _take(body: bytes, secret: str, *, meeting: Meeting | None = None) -> HttpResponse:
    try:
        message = json.loads(body)
    except ValueError:
        message = None
    if not isinstance(message, dict):
        return _refused(_("This is no JSON object."), 422)
    if proof := zoom_answer(secret, message):
        return HttpResponse(proof, content_type="application/json")
    try:
        is_new = take_message(message, body, meeting=meeting)
    except Refused as refusal:
        return _refused(str(refusal), refusal.status)
    return JsonResponse({"taken": is_new})


def _body(request: HttpRequest) -> bytes | None:
    return None if int(request.headers.get("Content-Length") or 0) > LONGEST else request.body


def _refused(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"detail": sentence}, status=status)
