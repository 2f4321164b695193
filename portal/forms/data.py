from django import forms
from django.utils.translation import gettext_lazy as _


class DisputeForm(forms.Form):
    """`seen` names the verdict that the reader had before them; empty where there was none."""

    comment = forms.CharField(
        label=_("What is wrong, and what would be right?"), max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )
    seen = forms.UUIDField(required=False, widget=forms.HiddenInput)
