"""One side's boxes of a review, or the values agreed; and what a manager says to prepare one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activity.refusals import Invalid
from context.forms.values import shown_value, value_field
from context.models import DataPoint, Metric, Review, ReviewLine, Segment
from context.models.data_points import VALUES
from partners.models import Partner, Programme

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def point_of(line: ReviewLine) -> DataPoint:
    """A metric is entered like a number."""
    return line.data_point or DataPoint(label=line.label, unit=line.unit, type=DataPoint.Type.NUMBER)


class LinesForm(forms.Form):
    """`v7` and `c7` are the value and the comment on line 7; `which` says whose: partner, manager or agreed."""

    def __init__(self, lines: list[ReviewLine], which: str, data=None):
        super().__init__(data)
        self.lines, self.has_comments = lines, which != "agreed"
        for line in lines:
            point = point_of(line)
            self.fields[f"v{line.pk}"] = value_field(point, label=line.label)
            self.initial[f"v{line.pk}"] = shown_value(point, getattr(line, f"{which}_value"))
            if self.has_comments:
                self.fields[f"c{line.pk}"] = forms.CharField(label=_("Comment"), max_length=500, required=False)
                self.initial[f"c{line.pk}"] = getattr(line, f"{which}_comment")

    def rows(self):
        """Each line with its boxes."""
        return [(line, self[f"v{line.pk}"], self[f"c{line.pk}"] if self.has_comments else None) for line in self.lines]

    def values(self) -> dict[int, Any]:
        return {line.pk: self.cleaned_data[f"v{line.pk}"] for line in self.lines if f"v{line.pk}" in self.cleaned_data}

    def comments(self) -> dict[int, str]:
        return {line.pk: self.cleaned_data[f"c{line.pk}"] for line in self.lines if f"c{line.pk}" in self.cleaned_data}

    def tell(self, problems: dict[int, str]) -> None:
        for pk, sentence in problems.items():
            self.add_error(f"v{pk}", sentence)


class ReviewForm(forms.ModelForm):
    data_points = forms.ModelMultipleChoiceField(
        label=_("What is known"), queryset=DataPoint.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    metrics = forms.ModelMultipleChoiceField(
        label=_("Figures of performance"), queryset=Metric.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Review
        fields = ("title", "programme", "period_start", "period_end", "due_on")
        widgets = {"period_start": _DAY, "period_end": _DAY, "due_on": _DAY}

    def __init__(self, *args, partner: Partner | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].empty_label = None
        if partner:
            places = Programme.objects.filter(enrolments__partner=partner, enrolments__ends_on=None).distinct()
            self.fields["programme"].queryset = places
        points = DataPoint.objects.filter(type__in=VALUES, is_builtin=False, retired_at=None).exclude(seen_by="managers")
        self.fields["data_points"].queryset = points

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        metrics = [(metric.key, metric.unit) for metric in data["metrics"]]
        return {**data, "data_points": list(data["data_points"]), "metrics": metrics}

    def refuse(self, refusal: Invalid) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def _post_clean(self) -> None:
        """The action judges the row; this form makes none."""


class SegmentReviewForm(ReviewForm):
    """The same for every partner of a segment."""

    segment = forms.ModelChoiceField(Segment.objects.all(), label=_("For the partners of"))
    field_order = ["segment"]
