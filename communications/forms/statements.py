"""Statements: registering one, and changing its value."""

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from communications.models import Statement

HOW_TO_WRITE = _("A price or a percentage as 1234.50, a date as 2030-05-01, a version or a name as it is written.")


class WordsField(forms.CharField):
    """A name in other languages, one a line: “de: Partnertag”."""

    def clean(self, value) -> dict[str, str]:
        words = {}
        for line in super().clean(value).splitlines():
            language, colon, word = line.partition(":")
            if not line.strip():
                continue
            if not colon or not word.strip():
                sentence = _t("“%(line)s”: write the language, a colon and the name, as in “de: Partnertag”.")
                raise forms.ValidationError(sentence % {"line": line[:60]})
            words[language.strip()] = word.strip()
        return words

    def prepare_value(self, value):
        return "\n".join(f"{language}: {word}" for language, word in value.items()) if isinstance(value, dict) else value


class StatementForm(forms.ModelForm):
    text = forms.CharField(label=_("Value"), max_length=120, help_text=HOW_TO_WRITE, widget=UnfoldAdminTextInputWidget)
    key = forms.CharField(
        label=_("Key"), max_length=60, required=False, widget=UnfoldAdminTextInputWidget,
        help_text=_("As texts name it. Empty: made of its name. It stays, whatever else changes."),
    )  # fmt: skip
    phrases = forms.CharField(
        label=_("How texts speak of it"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=_("One way to say it a line, in any language: “Harbour list price”. Empty: its name."),
    )  # fmt: skip
    words = WordsField(
        label=_("A name in other languages"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("One a line: “de: Partnertag”. Figures need none: each language writes them its own way."),
    )  # fmt: skip

    class Meta:
        model = Statement
        fields = ("programme", "name", "kind", "text", "currency", "key", "phrases", "words", "is_current")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:  # its value is changed on its own page, its key never
            self.initial["phrases"] = "\n".join(self.instance.phrases)
            for name in ("text", "key", "words"):
                self.fields.pop(name, None)

    def clean_phrases(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["phrases"].splitlines() if line.strip()]


class ValueForm(forms.Form):
    """Another value of a statement; `revision` is the one that was on the page."""

    text = forms.CharField(label=_("New value"), max_length=120)
    currency = forms.CharField(label=_("Currency"), max_length=3, required=False)
    words = WordsField(
        label=_("In other languages"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: “de: Partnertag”."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why (optional)"), max_length=300, required=False)
    hold = forms.BooleanField(label=_("Hold what is being sent at this moment"), required=False, initial=True)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)

    def __init__(self, *args, statement: Statement, **kwargs):
        now = {"currency": statement.currency, "words": statement.words, "revision": statement.revision, "hold": True}
        super().__init__(*args, initial=now, **kwargs)
        if statement.kind != "price":
            del self.fields["currency"]
        if statement.kind != "name":
            del self.fields["words"]
        if statement.kind == "date":
            self.fields["text"].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        else:
            self.fields["text"].help_text = HOW_TO_WRITE
