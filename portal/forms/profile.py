import zoneinfo
from functools import cache

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from partners.forms.selects import LongSelect


@cache
def time_zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(zoneinfo.available_timezones()) if "/" in zone or zone == "UTC"]


def language_choices() -> list[tuple[str, str]]:
    """Those in which pages are written first; of the others it is said that only texts are."""
    said = {code: str(name) for code, name in settings.CONTENT_LANGUAGES}
    only_texts = _("%(language)s, for texts that are written in it; pages as this browser asks")
    return [
        (code, name if code in settings.INTERFACE_LANGUAGES else only_texts % {"language": name}) for code, name in said.items()
    ]


class ProfileForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=language_choices)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zones, widget=LongSelect, help_text=_("Every time you see is shown in it.")
    )


class ManagerForm(ProfileForm):
    daily_summary = forms.BooleanField(
        label=_("Mail me each morning what needs me"), required=False, help_text=_("At eight, and only when there is something.")
    )
