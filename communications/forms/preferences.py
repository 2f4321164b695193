from django import forms

from communications.queries.preferences import TopicChoice


class PreferencesForm(forms.Form):
    """One box for each topic: mails about it are wanted."""

    def __init__(self, choices: list[TopicChoice], *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.choices = choices
        for choice in choices:
            self.fields[choice.topic.key] = forms.BooleanField(
                label=choice.topic.name, help_text=choice.topic.description, initial=choice.is_wanted, required=False
            )

    def changes(self) -> list[tuple[TopicChoice, bool]]:
        return [
            (choice, self.cleaned_data[choice.topic.key])
            for choice in self.choices
            if self.cleaned_data[choice.topic.key] != choice.is_wanted
        ]
