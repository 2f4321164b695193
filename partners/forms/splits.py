"""What a new organisation is called; whether it may be is said by the action."""

from django import forms
from django.db.models import CharField, TextField

from partners.models import Partner
from partners.models.merges import COLUMNS


class OrganisationForm(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in COLUMNS:
            self.fields[name] = _field(Partner._meta.get_field(name), is_needed=name == "name")


def _field(column: CharField, *, is_needed: bool) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3}) if isinstance(column, TextField) else forms.TextInput()
    widget.attrs["class"] = "ph-input"
    return forms.CharField(
        label=str(column.verbose_name).capitalize(), help_text=column.help_text, required=is_needed,
        widget=widget,
    )  # fmt: skip
