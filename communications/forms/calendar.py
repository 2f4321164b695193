"""What the calendar shows, which day something moves to, and files of holidays."""

from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communications.models import Channel, Objective, Theme
from communications.queries.calendar import Chosen
from context.models import Segment
from partners.models import Programme

FURTHEST = timedelta(days=366 * 10)
ROWS = ("programme", "theme", "segment", "objective", "author")


class CalendarForm(forms.Form):
    """How to look at it, and what it is narrowed to. Whatever is not understood is left out."""

    view = forms.ChoiceField(choices=[("month", _("Month")), ("week", _("Week")), ("list", _("List"))], required=False)
    day = forms.DateField(required=False)
    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"), required=False, to_field_name="public_id")
    theme = forms.ModelChoiceField(Theme.objects.none(), label=_("Theme"), required=False, to_field_name="public_id")
    objective = forms.ModelChoiceField(Objective.objects.none(), label=_("Objective"), required=False, to_field_name="public_id")
    segment = forms.ModelChoiceField(Segment.objects.none(), label=_("Segment"), required=False, to_field_name="public_id")
    channel = forms.ChoiceField(label=_("Channel"), choices=[("", _("All")), *Channel.choices], required=False)
    author = forms.ModelChoiceField(User.objects.none(), label=_("Author"), required=False, to_field_name="public_id")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        for name, model in (("programme", Programme), ("theme", Theme), ("objective", Objective), ("segment", Segment)):
            self.fields[name].queryset = model.objects.visible_to(user).order_by("name")
        self.fields["author"].queryset = User.objects.filter(is_staff=True, announcements__isnull=False).distinct()
        for name in ROWS:
            self.fields[name].empty_label = _("All")

    def chosen(self) -> Chosen:
        self.is_valid()
        return Chosen(**{name: self.cleaned_data.get(name) for name in ROWS}, channel=self.cleaned_data.get("channel") or "")

    @property
    def look(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("view") or "month"

    @property
    def at(self) -> date:
        """A day ten years away is a mistyped one."""
        self.is_valid()
        today = timezone.localdate()
        asked = self.cleaned_data.get("day") or today
        return asked if abs(asked - today) < FURTHEST else today


class MoveForm(forms.Form):
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: it is off the calendar."),
    )  # fmt: skip


class HolidaysForm(forms.Form):
    country = forms.CharField(label=_("Country"), max_length=2, help_text=_("Two letters, such as DE."))
    file = forms.FileField(
        label=_("File"), help_text=_("An iCalendar file (.ics), as many countries and calendar programs offer it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".ics,text/calendar"}),
    )  # fmt: skip
