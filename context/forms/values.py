"""A box for a value of any data point. What is typed is judged by `typed_value` in the action, so that every way in answers with
the same sentence; the box only helps to type it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from context.models import DataPoint
from partners.models import Region

_T = DataPoint.Type
FEW = 6


def value_field(point: DataPoint, *, label: str = "", help_text: str = "", required: bool = False) -> forms.Field:
    """Never required by itself: what must be answered is the action's to say."""
    field = _FIELDS.get(point.type, _text)(point)
    field.label = label or point.question or point.label
    unit = _("in %(unit)s") % {"unit": point.unit} if point.unit else ""
    field.help_text = " ".join(filter(None, (str(help_text), str(unit))))
    field.required, field.is_asked_for = False, required
    return field


def shown_value(point: DataPoint, value: Any) -> Any:
    """A kept value as its box shows it."""
    if value is None:
        return None
    if point.type == _T.YES_NO:
        return "yes" if value else "no"
    return value


def _text(point: DataPoint) -> forms.Field:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=20_000)


def _number(point: DataPoint) -> forms.Field:
    return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), max_length=40)


def _date(point: DataPoint) -> forms.Field:
    return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), max_length=40)


def _yes_no(point: DataPoint) -> forms.Field:
    return forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect)


def _choice(point: DataPoint) -> forms.Field:
    choices = point.labelled_choices
    if len(choices) <= FEW:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect)
    return forms.ChoiceField(choices=[("", _("Choose one")), *choices])


def _choices(point: DataPoint) -> forms.Field:
    return forms.MultipleChoiceField(choices=point.labelled_choices, widget=forms.CheckboxSelectMultiple)


def _regions(point: DataPoint) -> forms.Field:
    regions = list(Region.objects.values_list("key", "name"))
    return forms.MultipleChoiceField(choices=regions, widget=forms.CheckboxSelectMultiple)


_FIELDS: dict[str, Callable[[DataPoint], forms.Field]] = {
    _T.NUMBER: _number,
    _T.MONEY: _number,
    _T.DATE: _date,
    _T.YES_NO: _yes_no,
    _T.CHOICE: _choice,
    _T.CHOICES: _choices,
    _T.REGIONS: _regions,
}
