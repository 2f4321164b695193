"""The segment's form: the builder writes the two rules as JSON, and people without JavaScript may, too."""

import json

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from activity.refusals import Invalid
from context.forms.json_boxes import JSONBox
from context.models import Segment
from context.rules import check_rule


class RuleField(JSONBox):
    default_error_messages = {"too_deep": _("This rule is nested too deep.")}
    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value):
        return value if isinstance(value, str) else json.dumps(value or {"all": []}, indent=2, ensure_ascii=False)


class SegmentForm(forms.ModelForm):
    rule = RuleField(label=_("Partners where"), required=False)
    contact_rule = RuleField(label=_("People there who"), required=False)

    class Meta:
        model = Segment
        fields = ("name", "description", "rule", "contact_rule")

    def clean_rule(self):
        return _checked(self.cleaned_data["rule"], "partner", self.instance)

    def clean_contact_rule(self):
        return _checked(self.cleaned_data["contact_rule"], "contact", self.instance)


class PreviewForm(forms.Form):
    """What the builder sends while someone works: the rules as they stand, of which segment, and perhaps whom to explain."""

    rule = RuleField(required=False)
    contact_rule = RuleField(required=False)
    segment = forms.UUIDField(required=False)
    q = forms.CharField(required=False, max_length=200)
    partner = forms.UUIDField(required=False)

    @property
    def sentence(self) -> str:
        return next(str(error) for errors in self.errors.values() for error in errors)


def _checked(rule, about: str, of: Segment | None = None):
    try:
        check_rule(rule, about=about, of=of)
    except Invalid as refusal:
        raise forms.ValidationError(str(refusal)) from None
    return rule or {"all": []}
