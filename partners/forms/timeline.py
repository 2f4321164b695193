"""What to look for in a timeline; it lives in the address, so that it can be kept and sent."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activity.kinds import TITLES
from partners.models import Partner
from partners.queries.timeline import PORTAL, people_in_timeline


class TimelineForm(forms.Form):
    kind = forms.ChoiceField(label=_("What"), required=False, choices=[("", _("Everything")), *TITLES.items()])
    who = forms.ChoiceField(label=_("Who"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, partner: Partner):
        super().__init__(data)
        people = [(str(person.public_id), str(person)) for person in people_in_timeline(partner)]
        self.fields["who"].choices = [("", _("Anybody")), (PORTAL, _("The portal itself")), *people]
        for name in ("kind", "who", "since", "until"):
            self.fields[name].widget.attrs["class"] = "ph-input"

    def clean(self):
        given = super().clean()
        since, until = given.get("since"), given.get("until")
        if since and until and since > until:
            self.add_error("until", gettext("The last day has to come after the first one."))
        return given

    @property
    def asked(self) -> dict:
        """As `timeline_of` takes it; both days are the reader's, and belong to it."""
        given = self.cleaned_data
        until = given["until"] and given["until"] + timedelta(days=1)
        return {**given, "since": _start_of(given["since"]), "until": _start_of(until)}


def _start_of(day) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time())) if day else None
