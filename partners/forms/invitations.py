from django import forms
from django.utils.translation import gettext_lazy as _


class JoinForm(forms.Form):
    """For somebody new: a name, and a password where one is wanted."""

    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        help_text=_("At least ten characters. Leave it empty to sign in with a code by e-mail each time."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
