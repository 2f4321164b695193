from datetime import date, datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class DisputeForm(forms.Form):
    """`seen` names the verdict that the reader had before them; empty where there was none."""

    comment = forms.CharField(
        label=_("What is wrong, and what would be right?"), max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )
    seen = forms.UUIDField(required=False, widget=forms.HiddenInput)


class ChangesForm(forms.Form):
    """Two days of the reader's, the first before the second."""

    since = forms.DateField(label=_("From the end of"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To the end of"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self):
        given = super().clean()
        since, until = given.get("since"), given.get("until")
        if until and until > timezone.localdate():
            self.add_error("until", gettext("This day has not come yet."))
        elif since and until and since >= until:
            self.add_error("since", gettext("The first day has to come before the second one."))
        return given

    @property
    def moments(self) -> tuple[datetime, datetime]:
        return _end_of(self.cleaned_data["since"]), _end_of(self.cleaned_data["until"])


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))
