"""Forms of the ledger: record a fact by hand, decide about an entry, look back to a day."""

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from context.forms.days import DaysForm, end_of
from context.forms.values import value_field
from context.models import DataPoint, Verdict
from partners.models import Method, Partner, Programme

EVIDENCE = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.csv,.txt"
TRUE_THEN, KNOWN_THEN = "true_at", "known_at"
_BY_HAND = (Method.MANUAL, Method.INTERVIEW, Method.REVIEW)


class RecordForm(forms.Form):
    """Its value is typed by the data point; what is wrong with it is said by the action."""

    source = forms.CharField(label=_("Where it comes from"), max_length=200, help_text=_("A call with whom, a document, a visit."))
    method = forms.ChoiceField(label=_("How"), choices=[(method.value, method.label) for method in _BY_HAND], initial=Method.MANUAL)
    observed_at = forms.DateField(
        label=_("True since"), widget=forms.DateInput(attrs={"type": "date"}), help_text=_("The day on which it was seen or said.")
    )
    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Only in"), required=False)
    evidence = forms.CharField(label=_("Proof"), max_length=500, required=False, help_text=_("An address or a reference."))
    evidence_file = forms.FileField(
        label=_("File"), required=False, widget=forms.FileInput(attrs={"accept": EVIDENCE}),
        help_text=_("PDF, PNG, JPEG, DOCX, XLSX, CSV or plain text."),
    )  # fmt: skip

    def __init__(self, *args, point: DataPoint, partner: Partner, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields = {"value": value_field(point), **self.fields}
        self.fields["observed_at"].initial = timezone.localdate()
        programmes = Programme.objects.filter(enrolments__partner=partner, enrolments__ends_on=None)
        self.fields["programme"].queryset = programmes.distinct()
        self.fields["programme"].empty_label = gettext("everywhere")

    def clean_observed_at(self) -> datetime:
        """The day's noon for the reader; for today, now."""
        day = self.cleaned_data["observed_at"]
        if day > timezone.localdate():
            raise forms.ValidationError(gettext("An observation cannot lie in the future."))
        now = timezone.now()
        return now if day == timezone.localdate() else timezone.make_aware(datetime.combine(day, time(12)))


class VerdictForm(forms.Form):
    """`seen` names the verdict that the reader had before them; empty where there was none."""

    kind = forms.ChoiceField(choices=Verdict.Kind.choices)
    comment = forms.CharField(max_length=500, required=False)
    evidence_file = forms.FileField(required=False, widget=forms.FileInput(attrs={"accept": EVIDENCE}))
    seen = forms.UUIDField(required=False)

    def clean(self):
        given = super().clean()
        if given.get("kind") in (Verdict.Kind.DISPUTED, Verdict.Kind.WITHDRAWN) and not given.get("comment", "").strip():
            self.add_error("comment", gettext("Say in a few words why; the partner and your colleagues will ask."))
        return given

    @property
    def sentence(self) -> str:
        return next(str(error) for errors in self.errors.values() for error in errors)


class ThenForm(forms.Form):
    """A day, and which of the two questions."""

    on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    ask = forms.ChoiceField(
        label=_("Question"), choices=[(TRUE_THEN, _("What was true then")), (KNOWN_THEN, _("What we knew then"))],
        widget=forms.RadioSelect, initial=KNOWN_THEN,
    )  # fmt: skip

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(gettext("This day lies in the future; nobody knows what will be true then."))
        return day

    @property
    def when(self) -> dict[str, datetime]:
        """The end of that day for the reader, under the question's name."""
        return {self.cleaned_data["ask"]: end_of(self.cleaned_data["on"])}


class DifferenceForm(DaysForm):
    """Two days, and which of the two questions."""

    not_yet = _("This day lies in the future; nobody knows what will be true then.")
    ask = forms.ChoiceField(
        label=_("Question"), choices=[(TRUE_THEN, _("What was true")), (KNOWN_THEN, _("What we knew"))], widget=forms.RadioSelect,
        initial=KNOWN_THEN,
    )  # fmt: skip
