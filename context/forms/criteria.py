"""A criterion's form: a label for people, and a rule that the segment builder edits or someone writes as JSON."""

from django import forms
from django.utils.translation import gettext_lazy as _

from activity.refusals import Invalid
from context.forms.segments import RuleField
from context.rules import check_rule


class CriterionForm(forms.Form):
    label = forms.CharField(
        label=_("What is asked"), max_length=120, help_text=_("As partners read it, such as “Two certified engineers”.")
    )
    rule = RuleField(label=_("It holds for partners where"), required=False)

    def clean_rule(self):
        rule = self.cleaned_data["rule"]
        try:
            check_rule(rule)
        except Invalid as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return rule
