from django import forms

from communications.models import SendingLimit


class SendingLimitForm(forms.ModelForm):
    class Meta:
        model = SendingLimit
        fields = ["applies_to", "domain", "per_second", "per_minute", "per_hour"]

    def _get_validation_exclusions(self) -> set[str]:
        """What the figures have to do with one another, the action says in a sentence, and not the database."""
        return {*super()._get_validation_exclusions(), "applies_to"}
