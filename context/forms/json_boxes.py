"""A box for JSON: whatever is typed is read, or answered with a sentence and shown again as it was typed."""

from django import forms
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext_lazy as _

from activity.refusals import Invalid
from activity.storable import refuse_unstorable


class JSONBox(forms.JSONField):
    default_error_messages = {
        "invalid": _("This is not valid JSON. Look for a missing comma, quote or bracket."),
        "too_deep": _("This is nested too deep."),
    }

    def to_python(self, value):
        """Nested a hundred thousand deep, JSON ends the reader before it ends itself."""
        try:
            read = super().to_python(value)
            refuse_unstorable(read)
        except RecursionError:
            raise forms.ValidationError(self.error_messages["too_deep"], code="invalid") from None
        except Invalid as refusal:
            raise forms.ValidationError(str(refusal), code="invalid") from None
        return read

    def bound_data(self, data, initial):
        try:
            read = super().bound_data(data, initial)
            refuse_unstorable(read)
        except (RecursionError, Invalid):
            return InvalidJSONInput(data)
        return read
