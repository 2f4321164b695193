from django import forms
from django.utils.translation import gettext_lazy as _


class AskToJoinForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your address at work"), help_text=_("The one of your organisation; one of a free mail service tells us nothing."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
