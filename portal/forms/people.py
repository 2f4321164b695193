from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.colleagues import FunctionsForm
from partners.models import Contact


class PersonForm(FunctionsForm):
    field_order = ["name", "email"]
    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))


class ColleagueForm(FunctionsForm):
    is_partner_admin = forms.BooleanField(
        label=_("Portal admin: invites and removes colleagues, and edits the organisation's profile"), required=False
    )


class LeaveForm(forms.Form):
    to = forms.ModelChoiceField(
        label=_("Who takes it over"),
        queryset=Contact.objects.none(),
        to_field_name="public_id",
        empty_label=_("Choose a colleague"),
    )

    def __init__(self, *args, colleagues, is_needed: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues
        self.fields["to"].required = is_needed
        if not is_needed:
            self.fields["to"].widget = forms.HiddenInput()
