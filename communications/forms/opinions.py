"""Forms for opinion surveys: those that managers write them with, and the one that is made of a survey's questions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.actions.opinion_questions import TEXT_AT_MOST
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
        fields = ["smallest_group", "rest_days"]


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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        sides = (Side.PARTNER, Side.BOTH)
        points = DataPoint.objects.filter(retired_at=None, type__in=list(VALUES), seen_by__in=sides, edited_by__in=sides)
        self.fields["data_point"].queryset = points.order_by("label")

    def question(self) -> dict[str, Any]:
        return {**self.cleaned_data, "options": self.cleaned_data["options"].splitlines()}


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
    """A box for each question of a version. What is answered is judged by the action."""

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
        }.get(kind, [(each, each) for each in question["options"]])  # fmt: skip
        field = forms.ChoiceField(choices=choices, widget=forms.RadioSelect, required=False, label=label)
        field.help_text = {
            _Kind.NPS: _("0: not at all likely. 10: very likely."), _Kind.SCALE: _("1: not at all. 5: very much."),
        }.get(kind, "")  # fmt: skip
    field.is_asked_for = required
    field.is_short = kind in (_Kind.NPS, _Kind.SCALE)
    return field
