"""A question about a day in the past: which values, on which day, and in which of two senses."""

from datetime import UTC, datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.refusals import Invalid
from context.models import DataPoint
from context.queries.history import asked_value, points_to_ask
from partners.models import Programme

ASKED_AT_ONCE = 3


class ThenForm(forms.Form):
    """`cleaned_data["values"]` is `{data point: value}`, `cleaned_data["when"]` `{"true_at" or "known_at": moment}`."""

    on = forms.DateField(label=_("On"), widget=forms.DateInput(attrs={"type": "date"}))
    sense = forms.ChoiceField(
        label=_("In the sense of"),
        choices=[("true_at", _("what was true then")), ("known_at", _("what we knew then"))],
        widget=forms.RadioSelect,
        initial="true_at",
    )
    programme = forms.ModelChoiceField(
        Programme.objects.none(),
        label=_("in programme"),
        required=False,
        to_field_name="key",
        empty_label=_("any"),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = Programme.objects.visible_to(user)
        points = points_to_ask(user)
        for number in range(1, ASKED_AT_ONCE + 1):
            self.fields[f"point_{number}"] = forms.ModelChoiceField(
                points, label=_("Data point"), required=number == 1, to_field_name="key", empty_label="–"
            )
            self.fields[f"value_{number}"] = forms.CharField(label=_("was"), required=number == 1, max_length=200)

    @property
    def conditions(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"point_{number}"], self[f"value_{number}"]) for number in range(1, ASKED_AT_ONCE + 1)]

    def clean(self):
        given = super().clean()
        values = {}
        for number in range(1, ASKED_AT_ONCE + 1):
            point, text = given.get(f"point_{number}"), given.get(f"value_{number}")
            if bool(point) != bool(text):
                self.add_error(f"value_{number}" if point else f"point_{number}", _("A data point and its value go together."))
            elif point and point.key in values:
                self.add_error(f"point_{number}", _("Ask for each data point once."))
            elif point:
                values[point.key] = self._typed(number, point, text)
        if on := given.get("on"):
            if on > timezone.localdate():
                self.add_error("on", _("This day has not come yet."))
            end = datetime.combine(on + timedelta(days=1), time.min, tzinfo=UTC) - timedelta(microseconds=1)
            given["when"] = {given.get("sense", "true_at"): end}
        return {**given, "values": values}

    def _typed(self, number: int, point: DataPoint, text: str):
        try:
            return asked_value(point, text)
        except Invalid as refusal:
            self.add_error(f"value_{number}", str(refusal))
            return None
