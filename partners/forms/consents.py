from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Consent, Purpose


class ToldForm(forms.Form):
    """What a person told a manager. Whether it fits what is on record is for the action to say."""

    GIVEN, WITHDRAWN = "given", "withdrawn"

    purpose = forms.ModelChoiceField(Purpose.objects.filter(basis=Purpose.Basis.CONSENT), label=_("Purpose"), empty_label=None)
    said = forms.ChoiceField(label=_("The person"), choices=[(GIVEN, _("agrees to it")), (WITHDRAWN, _("withdraws it"))])
    how = forms.ChoiceField(label=_("Told"), choices=Consent.How.choices)
    at = forms.DateTimeField(
        label=_("When"),
        required=False,
        help_text=_("Empty: just now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    note = forms.CharField(
        label=_("Evidence"),
        max_length=500,
        help_text=_("What shows it: who called, where the signed paper lies. The person reads this."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "ph-input"
