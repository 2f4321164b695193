from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from context.queries.imports import known_mappings

ACCEPTED = ".csv,.tsv,.xlsx,.json,.yml,.yaml"


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"), help_text=_("CSV, XLSX, JSON or YAML."), widget=forms.FileInput(attrs={"accept": ACCEPTED})
    )
    mapping = forms.ChoiceField(label=_("Mapping"), help_text=_("How this kind of file becomes partners."))
    as_of = forms.DateField(
        label=_("State of the data"),
        required=False,
        help_text=_("The day that the file describes, where it is known. It becomes part of each value's source."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mapping"].choices = list(known_mappings().items())

    def clean_as_of(self):
        day = self.cleaned_data["as_of"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(gettext("This day lies in the future."))
        return day
