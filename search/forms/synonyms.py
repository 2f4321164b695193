from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from search.models import Synonym


class SynonymForm(forms.ModelForm):
    words = forms.CharField(
        label=_("Means the same as"), widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}), max_length=2000,
        help_text=_("One a line, such as “market development funds”. It holds in both directions."),
    )  # fmt: skip

    class Meta:
        model = Synonym
        fields = ["word", "words", "language"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["words"] = "\n".join(self.instance.words)

    def clean_words(self) -> list[str]:
        return [line for line in self.cleaned_data["words"].splitlines() if line.strip()]
