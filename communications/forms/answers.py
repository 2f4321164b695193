from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Your answer"), strip=False, required=False, widget=forms.Textarea(attrs={"rows": 6, "maxlength": 8000})
    )
