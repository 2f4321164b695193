"""Request bodies as JSON, or as a form where files are taken: what could not be stored, or is nested beyond reading, is refused
here, once for every field."""

from django.core.exceptions import TooManyFieldsSent, TooManyFilesSent
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, JSONParser, MultiPartParser

from activity.refusals import Invalid


class StorableJSON(JSONParser):
    def parse(self, stream, media_type=None, parser_context=None):
        try:
            data = super().parse(stream, media_type, parser_context)
            _refuse_unstorable(data)
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None
        return data


class StorableForm(MultiPartParser):
    def parse(self, stream, media_type=None, parser_context=None) -> DataAndFiles:
        try:
            parsed = super().parse(stream, media_type, parser_context)
        except (TooManyFieldsSent, TooManyFilesSent):
            raise ParseError(_("The form has more fields than anyone fills in.")) from None
        _refuse_unstorable(dict(parsed.data.lists()))
        return parsed


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
        raise Invalid(_("The text holds a character that cannot be stored (NUL or half of a surrogate pair)."))
