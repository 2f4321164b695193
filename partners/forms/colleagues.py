"""Deciding whether somebody joins an organisation, for its admins and for our managers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.actions.colleague_requests import REASON_MAX_CHARACTERS
from partners.models import ContactFunction


class FunctionsForm(forms.Form):
    functions = forms.MultipleChoiceField(
        label=_("What they do"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("News goes to the people whose work it concerns."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["functions"].choices = list(ContactFunction.objects.values_list("key", "name"))


class AcceptForm(FunctionsForm):
    """They are a colleague."""


class DeclineForm(forms.Form):
    reason = forms.CharField(label=_("Why, told to who asks"), max_length=REASON_MAX_CHARACTERS)
