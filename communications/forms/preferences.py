from django import forms
from django.utils.translation import gettext as _

from communications.queries.preferences import TopicChoice
from communications.queries.protocols import TOPIC as CRISIS


class PreferencesForm(forms.Form):
    """One box for each topic: mails about it are wanted."""

    def __init__(self, choices: list[TopicChoice], *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.choices = choices
        for choice in choices:
            self.fields[choice.topic.key] = forms.BooleanField(
                label=choice.topic.name, help_text=_help(choice), initial=choice.is_wanted, required=False
            )

    def changes(self) -> list[tuple[TopicChoice, bool]]:
        return [
            (choice, self.cleaned_data[choice.topic.key])
            for choice in self.choices
            if self.cleaned_data[choice.topic.key] != choice.is_wanted
        ]


def _help(choice: TopicChoice) -> str:
    if choice.topic.key != CRISIS:
        return choice.topic.description
    return _("Switched off, drills no longer come by mail. When something bad has really happened, you are mailed all the same.")
