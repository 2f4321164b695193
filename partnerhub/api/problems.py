"""Errors as problem+json (RFC 9457): a type, a title, a status and a sentence that says what to do."""

from http import HTTPStatus

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.signals import got_request_exception
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.api.moved import Moved
from activity.refusals import Refused
from partnerhub.errors import reason_of

MEDIA_TYPE = "application/problem+json"
KEPT_HEADERS = ("www-authenticate", "retry-after", "allow")

log = structlog.get_logger(__name__)


def as_problem(error: Exception, context: dict) -> Response:
    if isinstance(error, Refused):
        return problem(error.status, str(error), code=error.code, field=error.field, errors=error.errors)
    if isinstance(error, Moved):
        return _moved(error)
    if isinstance(error, RequestDataTooBig):
        return problem(413, _("The body is too large. Send it in parts."))
    if isinstance(error, Http404):
        error = exceptions.NotFound(_("There is no such object, or it is not yours to see."))
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, exceptions.NotAuthenticated):
        error.detail = _("Send a token as “Authorization: Bearer <token>”. `manage.py create_api_token` makes one.")
    response = exception_handler(error, context)
    if response is None:
        return _unforeseen(error, context)
    answer = problem(response.status_code, _sentence(response.data), errors=_by_field(error))
    for header, value in response.headers.items():
        if header.lower() in KEPT_HEADERS:
            answer[header] = value
    return answer


def _moved(error: Moved) -> Response:
    """308 keeps method and body. It is not to be stored: what was merged can be taken apart again."""
    answer = problem(308, str(error.detail), code="merged")
    answer.data["merged_into"] = str(error.kept)
    answer["Location"], answer["Cache-Control"] = error.location, "no-store"
    return answer


def _unforeseen(error: Exception, context: dict) -> Response:
    """Our fault: logged and reported like any other crash, told to the client without a word of what went wrong inside."""
    request = context["request"]
    log.error("API request crashed", method=request.method, path=request.path, exc_info=error)
    got_request_exception.send(sender=type(context["view"]), request=request._request)
    if lacking := reason_of(error):
        return problem(lacking.status, lacking.sentence)
    return problem(500, _("Something went wrong on our side. Nothing was changed; try again, and tell us if it stays."))


def problem(status: int, detail: str, *, code: str = "", field: str | None = None, errors: dict | None = None) -> Response:
    body = body_of(status, detail, code=code, errors=errors or ({field: [detail]} if field else None))
    return Response(body, status=status, content_type=MEDIA_TYPE)


def problem_page(status: int, detail: str) -> JsonResponse:
    """The same outside REST framework's views."""
    return JsonResponse(body_of(status, detail), status=status, content_type=MEDIA_TYPE)


def body_of(status: int, detail: str, *, code: str = "", errors: dict | None = None) -> dict:
    known = HTTPStatus(status)
    body = {
        "type": f"urn:partnerhub:problem:{code or known.name.lower()}",
        "title": known.phrase,
        "status": status,
        "detail": detail,
    }
    return {**body, "errors": errors} if errors else body


def _by_field(error: Exception) -> dict | None:
    return error.detail if isinstance(error, exceptions.ValidationError) and isinstance(error.detail, dict) else None


def _sentence(data) -> str:
    """The first sentence found in REST framework's nested errors, with the field it belongs to."""
    if isinstance(data, dict):
        for field, inner in data.items():
            if inner:
                sentence = _sentence(inner)
                return sentence if field in ("detail", "non_field_errors") else f"{field}: {sentence}"
    if isinstance(data, list):
        return next((_sentence(item) for item in data if item), "")
    return str(data)
