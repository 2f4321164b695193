"""Forms for opinion surveys: those that managers write them with, and the one that is made of a survey's questions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.actions.opinion_questions import TEXT_AT_MOST
from communications.languages import choices_with, own_name
from communications.models import OpinionPolicy, OpinionQuestion, OpinionSurvey
from context.forms.values import value_field
from context.models import DataPoint, Side
from context.models.data_points import VALUES

_Kind = OpinionQuestion.Kind


class OpinionSurveyForm(forms.ModelForm):
    class Meta:
        model = OpinionSurvey
        fields = ["programme", "title", "intro", "segment", "is_anonymous", "cut", "answer_by"]


class OpinionPolicyForm(forms.ModelForm):
    class Meta:
        model = OpinionPolicy
        fields = ["smallest_group", "rest_days", "question_rest_days"]


class QuestionForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=_Kind.choices)
    wording = forms.CharField(label=_("Question"), max_length=300)
    options = forms.CharField(
        label=_("Answers to choose from"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line; only for “one of several”."),
    )  # fmt: skip
    data_point = forms.ModelChoiceField(
        label=_("Data point"), required=False, queryset=DataPoint.objects.none(),
        help_text=_("Only for a fact: what somebody answers becomes a claim of their organisation, with their name."),
    )  # fmt: skip
    is_required = forms.BooleanField(label=_("Must be answered"), required=False)

    def __init__(self, *args, languages=(), told=None, **kwargs):
        """`languages` are the others that the survey is asked in, `told` what is written in them."""
        super().__init__(*args, **kwargs)
        self.languages = tuple(languages)
        for code in self.languages:
            words = (told or {}).get(code, {})
            self.fields[f"wording_{code}"] = _in_tongue(forms.TextInput, code, _("Question"), words.get("wording", ""), 300)
            options = "\n".join(words.get("options", []))
            self.fields[f"options_{code}"] = _in_tongue(_Lines, code, _("Answers to choose from"), options, None)
        sides = (Side.PARTNER, Side.BOTH)
        points = DataPoint.objects.filter(retired_at=None, type__in=list(VALUES), seen_by__in=sides, edited_by__in=sides)
        self.fields["data_point"].queryset = points.order_by("label")

    def question(self) -> dict[str, Any]:
        said = self.cleaned_data
        own = {name: said[name] for name in ("kind", "wording", "data_point", "is_required")}
        translations = {
            code: {"wording": said[f"wording_{code}"], "options": said[f"options_{code}"].splitlines()} for code in self.languages
        }
        return {**own, "options": said["options"].splitlines(), "translations": translations}


class LanguagesForm(forms.Form):
    """The language of the survey itself, and its title and introduction in each other one."""

    language = forms.ChoiceField(label=_("The survey is written in"))
    add = forms.ChoiceField(label=_("Add a language"), required=False)

    def __init__(self, data=None, *, survey: OpinionSurvey):
        super().__init__(data, initial={"language": survey.language})
        self.languages = tuple(survey.translations)
        self.fields["language"].choices = choices_with(survey.language)
        for code, words in survey.translations.items():
            self.fields[f"title_{code}"] = _in_tongue(forms.TextInput, code, _("Title"), words["title"], 160)
            self.fields[f"intro_{code}"] = _in_tongue(_Lines, code, _("Introduction"), words["intro"], 2000)
            drop = _("Take out %(name)s") % {"name": own_name(code)}
            self.fields[f"drop_{code}"] = forms.BooleanField(label=drop, required=False)
        offered = [choice for choice in choices_with() if choice[0] not in (survey.language, *self.languages)]
        self.fields["add"].choices = [("", "–"), *offered]
        self.order_fields(["language", *(name for name in self.fields if name not in ("language", "add")), "add"])

    def translations(self, survey: OpinionSurvey) -> dict[str, dict[str, str]]:
        """One that is added begins with the words of the survey itself, to be written over."""
        said = self.cleaned_data
        kept = [code for code in self.languages if not said[f"drop_{code}"]]
        found = {code: {"title": said[f"title_{code}"], "intro": said[f"intro_{code}"]} for code in kept}
        return found | ({said["add"]: {"title": survey.title, "intro": survey.intro}} if said["add"] else {})


class _Lines(forms.Textarea):
    def __init__(self, attrs=None):
        super().__init__({"rows": 4, **(attrs or {})})


def _in_tongue(widget: type[forms.Widget], code: str, label, initial: str, most: int | None) -> forms.CharField:
    return forms.CharField(
        label=f"{label} ({own_name(code)})", required=False, max_length=most, initial=initial, widget=widget(attrs={"lang": code})
    )


class OutcomesForm(forms.Form):
    """Two lines for each: what people said, and what was done."""

    SHOWN_AT_LEAST = 3

    def __init__(self, data=None, *, outcomes=(), **kwargs):
        super().__init__(data, **kwargs)
        self.count = max(len(outcomes) + 1, self.SHOWN_AT_LEAST)
        if data is not None:
            self.count = max(self.count, sum(1 for name in data if name.startswith("said-")))
        for nth in range(self.count):
            row = outcomes[nth] if nth < len(outcomes) else None
            self.fields[f"said-{nth}"] = forms.CharField(
                label=_("You said"), max_length=300, required=False, initial=row.said if row else ""
            )
            self.fields[f"did-{nth}"] = forms.CharField(
                label=_("We did"), max_length=500, required=False, initial=row.did if row else "",
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip

    def lines(self) -> list[tuple[str, str]]:
        pairs = [(self.cleaned_data[f"said-{nth}"], self.cleaned_data[f"did-{nth}"]) for nth in range(self.count)]
        return [(said, " ".join(did.split())) for said, did in pairs if said or did]


class OpinionForm(forms.Form):
    """A box for each question as somebody is told it (`communications.opinions.languages`). What is answered is judged by the
    action."""

    def __init__(self, questions: list[dict], data=None, **kwargs):
        super().__init__(data, **kwargs)
        self.questions = questions
        ids = [each["data_point"] for each in questions if each["data_point"]]
        points = {str(point.public_id): point for point in DataPoint.objects.filter(public_id__in=ids)} if ids else {}
        for question in questions:
            self.fields[question["key"]] = _field(question, points)

    def answers(self) -> dict[str, Any]:
        self.full_clean()
        return {each["key"]: self.cleaned_data.get(each["key"]) for each in self.questions}


def _field(question: dict, points: dict[str, DataPoint]) -> forms.Field:
    kind, label, required = question["kind"], question["wording"], question["required"]
    if kind == _Kind.FACT:
        help_text = _("Not anonymous: it is kept as what your organisation says, with your name. Leave it empty to say nothing.")
        return value_field(points[question["data_point"]], label=label, help_text=help_text)
    if kind == _Kind.TEXT:
        widget = forms.Textarea(attrs={"rows": 4})
        field = forms.CharField(widget=widget, max_length=TEXT_AT_MOST, required=False, label=label)
    else:
        choices = {
            _Kind.NPS: [(str(n), str(n)) for n in range(11)], _Kind.SCALE: [(str(n), str(n)) for n in range(1, 6)],
        }.get(kind, list(zip(question["options"], question["labels"], strict=True)))  # fmt: skip
        field = forms.ChoiceField(choices=choices, widget=forms.RadioSelect, required=False, label=label)
        field.help_text = {
            _Kind.NPS: _("0: not at all likely. 10: very likely."), _Kind.SCALE: _("1: not at all. 5: very much."),
        }.get(kind, "")  # fmt: skip
    field.is_asked_for = required
    field.is_short = kind in (_Kind.NPS, _Kind.SCALE)
    return field
