"""Handing in a logo."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LogoForm(forms.Form):
    file = forms.FileField(
        label=_("Logo"), widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
        help_text=_("PNG or JPEG, at most 2 MB. A PNG with a transparent ground looks best."),
    )  # fmt: skip
