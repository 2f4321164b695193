"""The form of a data point: choices one a line, kinds and stages to tick."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from context.models import DataPoint
from partners.models import PartnerKind, Stage


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value) -> list[str]:
        return [line.strip() for line in super().to_python(value).splitlines() if line.strip()]

    def has_changed(self, initial, data) -> bool:
        return (initial or []) != self.to_python(data)


class StagesField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def has_changed(self, initial, data) -> bool:
        return set(initial or []) != set(data or [])


class DataPointForm(forms.ModelForm):
    choices = LinesField(
        label=_("Choices"), required=False, help_text=_("One a line. For “one choice” and “several choices” only.")
    )
    required_kinds = forms.ModelMultipleChoiceField(
        PartnerKind.objects.all(), label=_("Required of kinds"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Of partners of these kinds, in the stages below. None chosen means any kind."),
    )  # fmt: skip
    required_stages = StagesField(
        label=_("Required in stages"), choices=Stage.choices, required=False,
        help_text=_("None chosen means any stage. With neither kinds nor stages, it is required of nobody."),
    )  # fmt: skip
    purpose = forms.CharField(
        label=_("Purpose"), max_length=300, required=False, widget=UnfoldAdminTextInputWidget,
        help_text=_("What you do with the answer. Partners read this where they are asked."),
    )  # fmt: skip

    class Meta:
        model = DataPoint
        fields = ["label", "key", "question", "type", "unit", "purpose", "topic", "seen_by", "edited_by", "stale_after_days"]
        help_texts = {
            "key": _("The word that rules, files and integrators use. It stays for good."),
            "type": _("Stays for good, so that values on record keep their meaning."),
            "unit": _("Such as EUR, %, people. Values are checked against it."),
            "stale_after_days": _("After so many days a value asks to be confirmed. Empty: it does not age."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "type" in self.fields:  # rows of their own are built in
            self.fields["type"].choices = [pair for pair in self.fields["type"].choices if pair[0] != DataPoint.Type.ROWS]


class RenameForm(forms.Form):
    choice = forms.ChoiceField(label=_("Choice"))
    label = forms.CharField(label=_("Is called"), max_length=120)

    def __init__(self, point: DataPoint, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = point.labelled_choices
