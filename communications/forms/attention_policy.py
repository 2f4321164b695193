from django import forms
from django.utils.translation import gettext_lazy as _

from communications.models import AttentionPolicy, Kind


class AttentionPolicyForm(forms.ModelForm):
    critical_kinds = forms.MultipleChoiceField(
        label=_("Kinds that may be critical"), choices=Kind.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Critical passes budget and quiet hours, and another person always has to approve it."),
    )  # fmt: skip

    class Meta:
        model = AttentionPolicy
        fields = ["per_day", "per_week", "critical_kinds"]

    def clean(self):
        values = super().clean() or self.cleaned_data
        day, week = values.get("per_day"), values.get("per_week")
        if day and week and day > week:
            self.add_error("per_week", _("Seven days hold at least as many as one: give a number from that of a day on."))
        return values
