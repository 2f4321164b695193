"""What the calendar shows, which day something moves to, and files of holidays."""

from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.models import Channel
from communications.queries.calendar import Chosen, offered_to

FURTHEST = timedelta(days=366 * 10)
ROWS = ("programme", "theme", "segment", "objective", "author")


class CalendarForm(forms.Form):
    """How to look at it, and what it is narrowed to. Whatever is not understood is left out."""

    view = forms.ChoiceField(choices=[("month", _("Month")), ("week", _("Week")), ("list", _("List"))], required=False)
    day = forms.DateField(required=False)
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    objective = forms.ChoiceField(label=_("Objective"), required=False)
    segment = forms.ChoiceField(label=_("Segment"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), choices=[("", _("All")), *Channel.choices], required=False)
    author = forms.ChoiceField(label=_("Author"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self._ids: dict[str, int] = {}
        choices: dict[str, list[tuple]] = {name: [("", _("All"))] for name in ROWS}
        for name, pk, public_id, words in offered_to(user):
            choices[name].append((str(public_id), words))
            self._ids[str(public_id)] = pk
        for name, offered in choices.items():
            self.fields[name].choices = offered

    def chosen(self) -> Chosen:
        self.is_valid()
        asked = {name: self.cleaned_data.get(name) for name in ROWS}
        ids = {name: self._ids[public_id] for name, public_id in asked.items() if public_id}
        return Chosen(**ids, channel=self.cleaned_data.get("channel") or "")

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
