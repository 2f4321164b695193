from django import forms
from uuid6 import uuid7


class OnceForm(forms.Form):
    """`key` is made with the form, so that what is posted twice is made once; see `activity.form_keys`."""

    key = forms.UUIDField(widget=forms.HiddenInput(attrs={"id": False}), required=False, initial=uuid7)
