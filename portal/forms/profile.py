import zoneinfo
from functools import cache

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from partners.forms.selects import LongSelect


@cache
def time_zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(zoneinfo.available_timezones()) if "/" in zone or zone == "UTC"]


class ProfileForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zones, widget=LongSelect, help_text=_("Every time you see is shown in it.")
    )


class ManagerForm(ProfileForm):
    daily_summary = forms.BooleanField(
        label=_("Mail me each morning what needs me"), required=False, help_text=_("At eight, and only when there is something.")
    )
