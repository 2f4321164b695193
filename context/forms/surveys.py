"""Forms of surveys: the answers, and for managers the survey and its questions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from context.branching import ANSWERED, AT_LEAST, AT_MOST, HAS, IS
from context.forms.values import shown_value, value_field
from context.models import DataPoint, Segment, Survey, SurveyQuestion
from context.models.data_points import VALUES
from partners.models import Contact, ContactFunction, Partner, Programme


class AnswersForm(forms.Form):
    """One box for each question that is asked. `asked` in the posted data names the boxes that were on the page: an empty
    one takes its answer back, one that was not there leaves it."""

    def __init__(self, questions: list[SurveyQuestion], answers: dict[str, Any], data=None, known: dict[int, str] | None = None):
        by_key = {question.key: question for question in questions}
        points = {key: question.data_point for key, question in by_key.items()}
        super().__init__(data, initial={key: shown_value(points[key], answers.get(key)) for key in by_key})
        for key, question in by_key.items():
            help_text = (known or {}).get(question.data_point_id, "")
            field = value_field(question.data_point, label=question.text, help_text=help_text, required=question.is_required)
            self.fields[key] = field

    def answers(self) -> dict[str, Any]:
        """What was entered, by question; what no box could take is not among them, see `errors`."""
        on_page = set(self.data.getlist("asked")) if hasattr(self.data, "getlist") else set()
        self.full_clean()
        return {key: value or None for key, value in self.cleaned_data.items() if key in on_page}

    def tell(self, problems: dict[str, str]) -> None:
        for key, sentence in problems.items():
            if key in self.fields and sentence not in self.errors.get(key, []):
                self.add_error(key, sentence)


class SurveyForm(forms.ModelForm):
    functions = forms.MultipleChoiceField(
        label=_("Answered by the partner's admins and people in"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Survey
        fields = ("title", "mode", "intro", "programme", "segment", "functions", "answer_by")
        widgets = {
            "intro": forms.Textarea(attrs={"rows": 3}),
            "mode": forms.RadioSelect,
            "answer_by": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["functions"].choices = list(ContactFunction.objects.values_list("key", "name"))
        self.fields["programme"].queryset = Programme.objects.visible_to(user)
        self.fields["programme"].empty_label = None
        self.fields["segment"].queryset = Segment.objects.visible_to(user)
        self.fields["segment"].empty_label = _("Choose a segment")


OPS = [
    (IS, _("is")),
    (HAS, _("includes")),
    (AT_LEAST, _("is at least")),
    (AT_MOST, _("is at most")),
    (ANSWERED, _("is answered")),
]


class QuestionForm(forms.Form):
    data_point = forms.ModelChoiceField(label=_("What it asks for"), queryset=DataPoint.objects.none(), empty_label=_("Choose one"))
    wording = forms.CharField(label=_("In these words"), max_length=300, required=False)
    is_required = forms.BooleanField(label=_("It has to be answered"), required=False)
    depends_on = forms.ChoiceField(label=_("Ask it"), required=False)
    op = forms.ChoiceField(label=_("whose answer"), choices=OPS, required=False)
    value = forms.CharField(
        label=_("this"), max_length=300, required=False, help_text=_("Several with commas between: yes, 100, Gold.")
    )

    def __init__(self, survey: Survey, data=None, *, question: SurveyQuestion | None = None, asks: str = ""):
        """`asks` is the key of the data point that is chosen to begin with."""
        super().__init__(data, initial=_initial(question))
        points = DataPoint.objects.filter(type__in=VALUES, is_builtin=False, retired_at=None)
        self.fields["data_point"].queryset = points
        self.initial.setdefault("data_point", points.filter(key=asks[:60]).first() if asks else None)
        self.fields["wording"].widget.attrs["placeholder"] = _("Left empty, the data point's own question")
        earlier = [
            each for each in survey.questions.select_related("data_point") if question is None or each.order < question.order
        ]
        choices = [(each.key, _("only after “%(question)s”") % {"question": each.text}) for each in earlier]
        self.fields["depends_on"].choices = [("", _("always")), *choices]

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        show_if = {"question": data["depends_on"], "op": data["op"], "value": data["value"]} if data["depends_on"] else None
        return {**{name: data[name] for name in ("data_point", "wording", "is_required")}, "show_if": show_if}

    def refuse(self, refusal) -> None:
        field = {"question": "depends_on"}.get(refusal.field, refusal.field)
        self.add_error(field if field in self.fields else None, str(refusal))


class InterviewForm(forms.Form):
    """With whom: a partner the manager sees and, where somebody is named, a person there."""

    partner = forms.UUIDField(error_messages={"required": _("Choose the partner first.")})
    contact = forms.UUIDField(required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    @property
    def chosen_partner(self) -> Partner | None:
        return self.cleaned_data.get("partner") if self.is_bound and (self.is_valid() or self.cleaned_data) else None

    def clean_partner(self) -> Partner:
        found = Partner.objects.visible_to(self.user).filter(public_id=self.cleaned_data["partner"]).first()
        if found is None:
            raise forms.ValidationError(_("You see no such partner."))
        return found

    def clean_contact(self) -> Contact | None:
        wanted, partner = self.cleaned_data["contact"], self.cleaned_data.get("partner")
        return partner.contacts.current().filter(public_id=wanted).first() if wanted and partner else None


def _initial(question: SurveyQuestion | None) -> dict[str, Any]:
    if question is None:
        return {}
    condition = question.show_if or {}
    value = condition.get("value", "")
    items = value if isinstance(value, list) else [value]
    said = [("yes" if item else "no") if isinstance(item, bool) else str(item) for item in items]
    return {
        "data_point": question.data_point, "wording": question.wording, "is_required": question.is_required,
        "depends_on": condition.get("question", ""), "op": condition.get("op", ""), "value": ", ".join(said),
    }  # fmt: skip
