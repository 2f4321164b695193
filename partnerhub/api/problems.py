"""Errors as problem+json (RFC 9457): a type, a title, a status and a sentence that says what to do."""

from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from activity.refusals import Refused


def as_problem(error: Exception, context: dict) -> Response | None:
    if isinstance(error, Refused):
        return problem(error.status, str(error), code=error.code, field=error.field)
    if isinstance(error, Http404):
        error = exceptions.NotFound("There is no such object, or it is not yours to see.")
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = exception_handler(error, context)
    if response is None:
        return None
    answer = problem(response.status_code, _sentence(response.data), errors=_by_field(error))
    for header, value in response.headers.items():
        if header.lower() in ("www-authenticate", "retry-after", "allow"):
            answer[header] = value
    return answer


def problem(status: int, detail: str, *, code: str = "", field: str | None = None, errors: dict | None = None) -> Response:
    body = {"type": f"urn:partnerhub:problem:{code or HTTPStatus(status).name.lower()}", "title": HTTPStatus(status).phrase,
            "status": status, "detail": detail}  # fmt: skip
    if field:
        errors = {field: [detail]}
    if errors:
        body["errors"] = errors
    return Response(body, status=status, content_type="application/problem+json")


def _by_field(error: Exception) -> dict | None:
    return error.detail if isinstance(error, exceptions.ValidationError) and isinstance(error.detail, dict) else None


def _sentence(data) -> str:
    """The first sentence found in DRF's nested errors, with the field it belongs to."""
    if isinstance(data, dict):
        for field, inner in data.items():
            if inner:
                sentence = _sentence(inner)
                return sentence if field in ("detail", "non_field_errors") else f"{field}: {sentence}"
    if isinstance(data, list):
        return next((_sentence(item) for item in data if item), "")
    return str(data)
