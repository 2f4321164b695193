"""Starting a crisis, and what is said in it: a field for each line in each language."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.languages import own_name
from communications.models import Around
from partners.models import Site

LINES = {
    "title": (_("Title"), 180),
    "call_to_action": (_("Who must act, and how soon"), 180),
    "what_happened": (_("What happened"), 300),
    "next_update": (_("Next update"), 300),
}
KNOWN_ONLY_NOW = ("what_happened", "next_update")


class WordsForm(forms.Form):
    """`texts` are by language, that of the protocol first; `lines` are those that may be written."""

    def __init__(self, *args, texts: dict[str, dict[str, str]], own: str, lines: tuple[str, ...], **kwargs):
        super().__init__(*args, **kwargs)
        self.languages = [own, *sorted(set(texts) - {own})] if own in texts else sorted(texts)
        self.lines = lines
        for language in self.languages:
            for name in lines:
                self.fields[f"{name}_{language}"] = self._field(name, texts[language].get(name, ""))

    def _field(self, name: str, text: str) -> forms.CharField:
        if name == "body":
            widget = forms.Textarea(attrs={"rows": 6})
            return forms.CharField(label=_("Text"), required=False, max_length=20_000, initial=text, widget=widget)
        label, most = LINES[name]
        return forms.CharField(label=label, required=False, max_length=most, initial=text)

    @property
    def by_language(self) -> list[tuple[str, str, list]]:
        """Each language by its name and code, with its fields."""
        return [(own_name(language), language, [self[f"{name}_{language}"] for name in self.lines]) for language in self.languages]

    def words(self) -> dict[str, dict[str, str]]:
        return {
            language: {name: self.cleaned_data.get(f"{name}_{language}", "") for name in self.lines} for language in self.languages
        }


class PlaceForm(forms.Form):
    """Where it happened; what is chosen is counted before anything is started."""

    sites = forms.ModelMultipleChoiceField(
        Site.objects.none(), label=_("Where it happened"), widget=forms.SelectMultiple(attrs={"size": 8})
    )
    around = forms.ChoiceField(
        label=_("Also organisations with a site"), choices=Around.choices, initial=Around.SITE, required=False
    )

    def __init__(self, *args, sites, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sites"].queryset = sites
        self.fields["sites"].label_from_instance = _site_in_words

    def place(self) -> dict[str, Any]:
        if not self.is_bound or not self.is_valid():
            return {}
        return {"sites": list(self.cleaned_data["sites"]), "around": self.cleaned_data["around"] or Around.SITE}


class StartForm(WordsForm):
    key = forms.UUIDField(widget=forms.HiddenInput)
    is_another = forms.BooleanField(label=_("Something else has happened: start another one"), required=False)
    confirm = forms.CharField(label=_("To start it, type"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, lines=KNOWN_ONLY_NOW, **kwargs)


def _site_in_words(site: Site) -> str:
    return " · ".join(part for part in (site.partner.name, site.name, site.city, site.country) if part)


class MessageForm(WordsForm):
    """`key` is made with the form, so that a second click says nothing twice."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, lines=(*LINES, "body"), **kwargs)
