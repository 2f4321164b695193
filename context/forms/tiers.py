from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Enrolment, Programme, Tier


class DraftForm(forms.Form):
    programme = forms.ModelChoiceField(Programme.objects.all(), label=_("Programme"))


class GraceForm(forms.Form):
    grace_days = forms.IntegerField(label=_("Days of grace"), min_value=0, max_value=1_000)


class HoldForm(forms.Form):
    """A tier by hand."""

    tier = forms.ModelChoiceField(Tier.objects.none(), label=_("Tier"), required=False, empty_label=_("no tier"))
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The last day. Left empty, it stays for as long as the days of grace; then the rules decide again."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, enrolment: Enrolment, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tier"].queryset = enrolment.programme.tiers.order_by("-rank", "pk")
        self.fields["tier"].initial = enrolment.tier_id
