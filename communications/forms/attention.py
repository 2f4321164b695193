"""When a person wants to be reached."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.actions.preferences import AttentionChoice
from communications.models import AttentionPreference


def _clock() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class AttentionForm(forms.Form):
    rhythm = forms.ChoiceField(
        label=_("Digest"), choices=AttentionPreference.Rhythm.choices,
        help_text=_("One mail with what did not fit into your budget."),
    )  # fmt: skip
    best_hour = forms.TypedChoiceField(
        label=_("Best time for you"), required=False, coerce=int, empty_value=None,
        choices=[("", _("when I usually look")), *((hour, f"{hour:02}:00") for hour in range(24))],
    )  # fmt: skip
    quiet = forms.ChoiceField(label=_("Quiet hours"), choices=AttentionPreference.Quiet.choices)
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=_clock())
    quiet_until = forms.TimeField(label=_("Quiet until"), required=False, widget=_clock())

    def choice(self) -> AttentionChoice:
        values = self.cleaned_data
        is_own = values["quiet"] == AttentionPreference.Quiet.OWN
        times = {name: values[name] if is_own else None for name in ("quiet_from", "quiet_until")}
        return AttentionChoice(values["rhythm"], values["best_hour"], values["quiet"], **times)
