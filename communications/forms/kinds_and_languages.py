"""The part of the composer that follows what is chosen in it: what its kind asks for, and a set of fields for each language."""

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.kinds import LONGEST, Detail, Form, details_of, rules_of
from communications.languages import choices_with, own_name
from communications.models.translations import TRANSLATED
from communications.rendering.frame_words import frame_words

_LABELS = {"title": _("Title"), "call_to_action": _("Who must act, and by when"), "body": _("Text")}


@dataclass(frozen=True)
class Tongue:
    code: str
    name: str
    fields: list[forms.BoundField]
    is_open: bool


class KindsAndLanguages:
    """A mixin of the composer's form, whose fields are named `detail_<key>` and `tr_<language>_<field>`."""

    def add_details_and_translations(self) -> None:
        self.kind = (self.data.get("kind") if self.is_bound else self.initial.get("kind")) or self.instance.kind
        for detail in details_of(self.kind):
            self.fields[f"detail_{detail.key}"] = self._detail_field(detail)
            self.initial[f"detail_{detail.key}"] = self.instance.details.get(detail.key, "")
        self.tongues = self._tongues()
        for code in self.tongues:
            self._add_tongue(code)
        own = self.initial.get("language") or self.instance.language
        self.fields["language"] = forms.ChoiceField(
            label=_("The text above is in"), choices=choices_with(own), required=False, initial=own
        )

    def clean_language(self) -> str:
        return self.cleaned_data["language"] or self.instance.language

    def has_changed(self) -> bool:
        return super().has_changed() or bool(self._dropped())

    def gathered(self) -> dict:
        """What the fields of details and translations say together. A translation without a word is none."""
        said = getattr(self, "cleaned_data", {})
        of_kind = {detail.key: _written(said.get(f"detail_{detail.key}")) for detail in details_of(self.kind)}
        details = {key: value for key, value in of_kind.items() if value}
        found = {code: self._words_of(code, said) for code in self.tongues if code not in self._dropped()}
        return {"details": details, "translations": {code: words for code, words in found.items() if any(words.values())}}

    def name_of(self, field: str) -> str:
        """The name here of what a refusal calls `details.severity` or `translations.de.title`."""
        first, _dot, rest = field.partition(".")
        if first == "details" and rest:
            return f"detail_{rest}"
        if first == "translations" and rest:
            language, _dot, name = rest.partition(".")
            return f"tr_{language}_{name if name in TRANSLATED else f'detail_{name}'}"
        return field

    def detail_fields(self) -> list[forms.BoundField]:
        return [self[f"detail_{detail.key}"] for detail in details_of(self.kind)]

    def tongues_shown(self) -> Iterator[Tongue]:
        for code in self.tongues:
            names = [name for name in self.fields if name.startswith(f"tr_{code}_")]
            is_new = code == self._added()
            wrong = self.is_bound and any(self.errors.get(name) for name in names)
            yield Tongue(code, own_name(code), [self[name] for name in names], is_new or bool(wrong))

    def tongues_offered(self) -> list[tuple[str, str]]:
        return [choice for choice in choices_with() if choice[0] not in (*self.tongues, self.initial.get("language"))]

    def _detail_field(self, detail: Detail) -> forms.Field:
        star = " *" if detail.key in rules_of(self.kind).required else ""
        common = {"label": f"{detail.label}{star}", "required": False, "help_text": detail.help}
        if detail.form == Form.DATE:
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **common)
        if detail.form == Form.CHOICE:
            named = frame_words("en").severities
            return forms.ChoiceField(choices=[("", "–"), *((one, named[one]) for one in detail.choices)], **common)
        return forms.CharField(max_length=LONGEST, **common)

    def _tongues(self) -> list[str]:
        listed = self.data.getlist("tongues") if self.is_bound and hasattr(self.data, "getlist") else []
        known = dict.fromkeys((*sorted(self.instance.translations), *listed, self._added()))
        return [code for code in known if code and len(code) <= 16 and code.replace("-", "").isalnum()]

    def _added(self) -> str:
        return self.data.get("add_tongue", "") if self.is_bound and self.data.get("then") == "language" else ""

    def _dropped(self) -> list[str]:
        return self.data.getlist("drop_tongues") if hasattr(self.data, "getlist") else []

    def _add_tongue(self, code: str) -> None:
        words = self.instance.translations.get(code, {})
        for name in ("title", "call_to_action", "body"):
            widget = forms.Textarea(attrs={"rows": 8, "spellcheck": "true"}) if name == "body" else forms.TextInput()
            widget.attrs["lang"] = code
            most = None if name == "body" else 200
            self._add_words(f"tr_{code}_{name}", _LABELS[name], words.get(name, ""), widget, most)
        for detail in details_of(self.kind):
            if detail.is_translated:
                value = words.get("details", {}).get(detail.key, "")
                self._add_words(
                    f"tr_{code}_detail_{detail.key}", detail.label, value, forms.TextInput(attrs={"lang": code}), LONGEST
                )

    def _add_words(self, name: str, label, value: str, widget: forms.Widget, most: int | None) -> None:
        self.fields[name] = forms.CharField(label=label, required=False, max_length=most, widget=widget)
        self.initial[name] = value

    def _words_of(self, code: str, said: dict) -> dict:
        words = {name: said.get(f"tr_{code}_{name}", "") for name in TRANSLATED}
        keys = [detail.key for detail in details_of(self.kind) if detail.is_translated]
        details = {key: value for key in keys if (value := said.get(f"tr_{code}_detail_{key}"))}
        return {**words, "details": details}


def _written(value) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else value or ""
