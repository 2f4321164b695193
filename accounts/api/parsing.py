"""Request bodies as JSON, or as a form where files are taken: what could not be stored, or is nested beyond reading, is refused
here, once for every field."""

from django.core.exceptions import TooManyFieldsSent, TooManyFilesSent
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, JSONParser, MultiPartParser

from activity.storable import refuse_unstorable


class StorableJSON(JSONParser):
    def parse(self, stream, media_type=None, parser_context=None):
        try:
            data = super().parse(stream, media_type, parser_context)
            refuse_unstorable(data)
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None
        return data


class StorableForm(MultiPartParser):
    def parse(self, stream, media_type=None, parser_context=None) -> DataAndFiles:
        try:
            parsed = super().parse(stream, media_type, parser_context)
        except (TooManyFieldsSent, TooManyFilesSent):
            raise ParseError(_("The form has more fields than anyone fills in.")) from None
        refuse_unstorable(dict(parsed.data.lists()))
        return parsed
