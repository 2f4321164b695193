"""Two days between which something is looked at, by partners and by managers."""

from datetime import date, datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class DaysForm(forms.Form):
    """Two days of the reader's, the first before the second."""

    not_yet = _("This day has not come yet.")
    since = forms.DateField(label=_("From the end of"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To the end of"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self):
        given = super().clean()
        since, until = given.get("since"), given.get("until")
        if until and until > timezone.localdate():
            self.add_error("until", self.not_yet)
        elif since and until and since >= until:
            self.add_error("since", gettext("The first day has to come before the second one."))
        return given

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The ends of both days for the reader."""
        return end_of(self.cleaned_data["since"]), end_of(self.cleaned_data["until"])


def end_of(day: date) -> datetime:
    """For the reader, whose time zone is the current one."""
    return timezone.make_aware(datetime.combine(day, time.max))
