"""When an announcement goes out, as a manager says it: a day, a time, a zone."""

import zoneinfo
from datetime import datetime
from functools import lru_cache

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.local_time import instant_of


class TimetableForm(forms.Form):
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    time_zone = forms.CharField(label=_("Time zone"), max_length=64, widget=forms.Select)

    def __init__(self, *args, near: tuple[str, ...] = (), **kwargs):
        """`near` are the zones offered first: the reader's own, the programme's."""
        super().__init__(*args, **kwargs)
        first = [zone for zone in dict.fromkeys(near) if zone in _zones()]
        self.fields["time_zone"].widget.choices = [
            (_("Near"), [(zone, zone) for zone in first]),
            (_("All"), [(zone, zone) for zone in _zones()]),
        ]

    def send_at(self) -> datetime:
        """In UTC. Raises `Invalid` where no clock will show that time."""
        values = self.cleaned_data
        return instant_of(datetime.combine(values["day"], values["time"]), values["time_zone"])

    @property
    def sentence(self) -> str:
        name, errors = next(iter(self.errors.items()))
        return f"{self.fields[name].label}: {errors[0]}"


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    return tuple(sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/"))) + ("UTC",)
