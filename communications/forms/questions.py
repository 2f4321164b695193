from django import forms
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from communications.actions.questions import QUESTION_MAX_CHARACTERS


class QuestionForm(forms.Form):
    """`key` is made with the form, so that what is posted twice is asked once."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid7)
    text = forms.CharField(
        label=_("Your question"),
        max_length=QUESTION_MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your colleagues see the question and the answer, too."),
    )
