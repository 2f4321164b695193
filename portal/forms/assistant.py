from django import forms
from django.utils.translation import gettext_lazy as _

from activity.forms import OnceForm


class QuestionForm(OnceForm):
    """How long it may be, the action says, with what to do instead."""

    question = forms.CharField(
        label=_("Your question"),
        strip=False,
        error_messages={"required": _("Write your question first.")},
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )


class HandOverForm(forms.Form):
    note = forms.CharField(
        label=_("Anything to add"), required=False, max_length=4000, strip=False, widget=forms.Textarea(attrs={"rows": 3})
    )
