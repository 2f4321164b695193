"""Request bodies as JSON, bounded: what the database could not hold, or what would cost too much, is refused here."""

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class BoundedJSON(JSONParser):
    def parse(self, stream, media_type=None, parser_context=None):
        length = int((parser_context or {})["request"].META.get("CONTENT_LENGTH") or 0)
        if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024
            raise TooLarge(_("The body is larger than %(most)s KB. Send it in parts.") % {"most": most})
        try:
            data = super().parse(stream, media_type, parser_context)
            _refuse_unstorable(data)
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None
        return data


def _refuse_unstorable(value) -> None:
    """PostgreSQL stores neither NUL nor half of a surrogate pair."""
    if isinstance(value, dict):
        for key, inner in value.items():
            _refuse_unstorable(key)
            _refuse_unstorable(inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse_unstorable(inner)
    elif isinstance(value, str) and any(char == "\0" or "\ud800" <= char <= "\udfff" for char in value):
        raise ParseError(_("The text holds a character that cannot be stored (NUL or half of a surrogate pair)."))
