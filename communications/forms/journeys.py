"""The forms of journeys: what one is for, who enters, and a step with what its kind asks. They work without a script."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activity.refusals import Refused
from communications.actions.journey_steps import fields_of
from communications.journey_courses import course_choices
from communications.models import Announcement, Journey, JourneyStep, JourneyVersion, Objective, State, StepKind
from communications.models.journeys import DAYS_AT_MOST, HOLDOUT_AT_MOST
from communications.queries.journey_checks import surveys_to_choose
from communications.queries.journey_dry_run import DAYS_BACK_AT_MOST
from communications.queries.journey_steps import Place, Steps, ways_in_words
from context.forms.segments import RuleField
from context.models import Segment
from context.queries.past import KNOWN, TRUE

TO_THE_END = ""


class JourneyForm(forms.ModelForm):
    class Meta:
        model = Journey
        fields = ("programme", "name", "purpose", "reason", "objective", "owner")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "owner" in self.fields:
            self.fields["owner"].queryset = User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")
            self.fields["owner"].required = False
        if "objective" in self.fields:
            kept = self.instance.objective_id if self.instance.pk else None
            running = Objective.objects.filter(ends_on__gte=timezone.localdate()) | Objective.objects.filter(pk=kept)
            self.fields["objective"].queryset = running.select_related("programme").order_by("name")


class EntryForm(forms.ModelForm):
    again_after_days = forms.IntegerField(
        label=_("Again, so many days after it ended"), required=False, min_value=1, max_value=DAYS_AT_MOST,
        help_text=_("Empty: a partner enters once."),
    )  # fmt: skip
    holdout_percent = forms.IntegerField(
        label=_("Percent held out"), min_value=0, max_value=HOLDOUT_AT_MOST, initial=0,
        help_text=_("They go through nothing, so that it shows what the journey does."),
    )  # fmt: skip

    class Meta:
        model = JourneyVersion
        fields = ("segment", "exit_segment", "again_after_days", "holdout_percent")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["segment"].queryset = self.fields["exit_segment"].queryset = Segment.objects.visible_to(user)
        self.fields["segment"].empty_label = _("Choose a segment")
        self.fields["exit_segment"].empty_label = _("Nobody before the end")
        self.fields["exit_segment"].help_text = _("Who is in it leaves, wherever they are.")


class NewJourneyForm(EntryForm, JourneyForm):
    """Both at once, for the first version."""

    segment = forms.ModelChoiceField(label=_("Who enters"), queryset=Segment.objects.none())
    exit_segment = forms.ModelChoiceField(label=_("Who leaves"), queryset=Segment.objects.none(), required=False)

    class Meta(JourneyForm.Meta):
        fields = JourneyForm.Meta.fields

    field_order = ("programme", "name", "purpose", "segment", "exit_segment", "again_after_days", "holdout_percent", "objective",
                   "owner", "reason")  # fmt: skip


class StepForm(forms.Form):
    """`place` is asked of a new step only; `then` and `otherwise` of one that is there."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("A few words, as they stand in the picture."))
    place = forms.ChoiceField(label=_("Where"))
    announcement = forms.ModelChoiceField(
        label=_("Announcement"), queryset=Announcement.objects.none(), empty_label=_("Choose one")
    )
    survey = forms.ModelChoiceField(label=_("Survey"), queryset=None, empty_label=_("Choose one"))
    course = forms.ChoiceField(label=_("Course"))
    text = forms.CharField(label=_("What is to be done or told"), max_length=200)
    is_shared = forms.BooleanField(label=_("The partner sees this task, too"), required=False)
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=DAYS_AT_MOST)
    segment = forms.ModelChoiceField(
        label=_("It holds for partners of the segment"), queryset=Segment.objects.none(), required=False,
        empty_label=_("as said below"),
    )  # fmt: skip
    rule = RuleField(label=_("It holds for partners where"), required=False)
    then = forms.ChoiceField(label=_("Then"), required=False)
    otherwise = forms.ChoiceField(label=_("Otherwise"), required=False)

    def __init__(self, *args, user, kind: str, version: JourneyVersion, steps: Steps, step: JourneyStep | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind, self.step = kind, step
        asked = {"name", *fields_of(kind), *(("then",) if step else ("place",))}
        if "rule" in asked:
            asked.add("segment")
        if step and step.is_fork:
            asked.add("otherwise")
        for name in [name for name in self.fields if name not in asked]:
            del self.fields[name]
        self._offer(user, version, steps)
        if step:
            self._begin_with(step)

    def _offer(self, user, version: JourneyVersion, steps: Steps) -> None:
        fields = self.fields
        if "announcement" in fields:
            rows = Announcement.objects.visible_to(user).filter(by_journey=True, programme=version.journey.programme)
            kept = self.step.announcement_id if self.step else None
            fields["announcement"].queryset = (rows.exclude(state=State.CANCELLED) | rows.filter(pk=kept)).order_by("title", "pk")
        if "survey" in fields:
            fields["survey"].queryset = surveys_to_choose()
        if "course" in fields:
            fields["course"].choices = course_choices()
        if "segment" in fields:
            fields["segment"].queryset = Segment.objects.visible_to(user)
        if "days" in fields:
            fields["days"].label, fields["days"].required = _DAYS[self.kind]
        if "place" in fields:
            fields["place"].choices = list(places_to_choose(steps))
        others = [(str(key), step.name) for key, step in steps.items() if step is not self.step]
        for name in ("then", "otherwise"):
            if name in fields:
                fields[name].choices = [*others, (TO_THE_END, _("The journey ends"))]
        if "otherwise" in fields:
            then, otherwise = _WAYS[self.kind]
            fields["then"].label, fields["otherwise"].label = then, otherwise

    def _begin_with(self, step: JourneyStep) -> None:
        of_kind = {name: getattr(step, name) for name in fields_of(step.kind)}
        self.initial |= {"name": step.name, "then": str(step.then_key or ""), "otherwise": str(step.else_key or ""), **of_kind}
        if segment := _only_segment(step.rule):
            self.initial |= {"segment": Segment.objects.filter(public_id=segment).first(), "rule": None}

    def values(self) -> dict:
        """As the actions ask for them."""
        cleaned = dict(self.cleaned_data)
        if segment := cleaned.pop("segment", None):
            cleaned["rule"] = {"all": [{"field": "segment", "op": "in", "value": [str(segment.public_id)]}]}
        for name in ("then", "otherwise"):
            if name in cleaned:
                cleaned[name] = int(cleaned[name]) if cleaned[name] else None
        if "place" in cleaned:
            cleaned["place"] = place_named(cleaned["place"])
        return cleaned

    def refuse(self, refusal: Refused) -> None:
        field = "place" if refusal.field == "after" else refusal.field
        self.add_error(field if field in self.fields else None, str(refusal))


_DAYS = {
    StepKind.TASK: (_("Due in so many days"), False),
    StepKind.TASK_DONE: (_("Due in so many days, and waited for as long"), True),
    StepKind.WAIT: (_("Days to wait"), True),
    StepKind.WAIT_UNTIL: (_("At most so many days"), True),
}
_WAYS = {
    StepKind.BRANCH: (_("Where it holds"), _("Where it does not")),
    StepKind.TASK_DONE: (_("Once it is done"), _("Where it was dropped, or not done in time")),
    StepKind.WAIT_UNTIL: (_("As soon as it holds"), _("Where it took too long")),
}


def _only_segment(rule) -> str:
    """The one segment that is all a rule asks for, by its id."""
    leaves = rule.get("all", []) if isinstance(rule, dict) else []
    if len(leaves) != 1 or leaves[0].get("field") != "segment" or leaves[0].get("op") != "in" or len(leaves[0]["value"]) != 1:
        return ""
    return str(leaves[0]["value"][0])


def places_to_choose(steps: Steps):
    yield str(Place(None)), _("At the beginning")
    for key, step in steps.items():
        then, otherwise = ways_in_words(step)
        yield str(Place(key)), _after(step, then)
        if step.is_fork:
            yield str(Place(key, "else")), _after(step, otherwise)


def _after(step: JourneyStep, way: str) -> str:
    words = {"name": step.name, "way": way}
    return _("After “%(name)s”, %(way)s") % words if way else _("After “%(name)s”") % words


def place_named(text: str) -> Place:
    key, _dot, way = text.partition(".")
    return Place(int(key) if key.isascii() and key.isdigit() and len(key) < 6 else None, way if way in ("then", "else") else "then")


class DryRunForm(forms.Form):
    since = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    question = forms.ChoiceField(
        label=_("By"), choices=[(KNOWN, _("what we knew then")), (TRUE, _("what was true then, as we know it now"))], required=False
    )

    def clean_since(self):
        since, today = self.cleaned_data["since"], timezone.localdate()
        if not today - timedelta(days=DAYS_BACK_AT_MOST) <= since < today:
            raise forms.ValidationError(_("Choose a day in the past, at most %(days)d days back.") % {"days": DAYS_BACK_AT_MOST})
        return since
