"""Planning a meeting and changing it; answering one; what is written down at it."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activity.forms import OnceForm
from activity.refusals import Refused
from collaboration.models import InviteeAnswer, Kind, Meeting
from collaboration.rhythm import Rhythm
from communications.forms.timetable import TimetableForm
from context.models import Segment
from partners.models import Contact, Partner, Programme

ONCE = "once"
_REPEATS = [
    (ONCE, _("once")),
    (Rhythm.WEEKLY.value, _("every week")),
    (Rhythm.MONTHLY.value, _("every month, on the same weekday")),
    (Rhythm.QUARTERLY.value, _("every quarter, on the same weekday")),
]
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_PLANNED = ("repeats", "every", "last_day", "people")


class MeetingForm(OnceForm, TimetableForm):
    title = forms.CharField(label=_("Title"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    segment = forms.ModelChoiceField(Segment.objects.all(), label=_("For the people of"), empty_label=_("Choose a segment"))
    people = forms.ModelMultipleChoiceField(
        Contact.objects.none(), label=_("Who is invited"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody chosen: everybody there."),
    )  # fmt: skip
    programme = forms.ModelChoiceField(Programme.objects.all(), label=_("Programme"), empty_label=None)
    minutes_long = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=1440, initial=60)
    repeats = forms.ChoiceField(label=_("Repeats"), choices=_REPEATS, initial=ONCE)
    every = forms.IntegerField(
        label=_("Every so many"), min_value=1, max_value=12, initial=1, required=False, help_text=_("Weeks, months or quarters."),
    )  # fmt: skip
    last_day = forms.DateField(
        label=_("Until"), required=False, widget=_DAY, help_text=_("Empty: without an end, written a year ahead.")
    )
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    join_link = forms.URLField(label=_("Link to join"), max_length=500, required=False, assume_scheme="https")
    conference_id = forms.CharField(
        label=_("Its number at Zoom or Teams"), max_length=100, required=False, help_text=_("So that what it tells is found."),
    )  # fmt: skip
    agenda = forms.CharField(
        label=_("Agenda"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A line for each subject is enough."),
    )  # fmt: skip
    capacity = forms.IntegerField(
        label=_("Places"), min_value=1, max_value=1_000_000, required=False,
        help_text=_("Empty: for all. Who says yes beyond that waits, and moves up when somebody says no."),
    )  # fmt: skip
    needs_registration = forms.BooleanField(label=_("People register for it"), required=False)
    stays_open = forms.BooleanField(label=_("Also invite who enters the segment later"), required=False)
    host = forms.ModelChoiceField(User.objects.none(), label=_("Host"), empty_label=None)
    co_hosts = forms.ModelMultipleChoiceField(User.objects.none(), label=_("Co-hosts"), required=False)
    invite_days = forms.IntegerField(
        label=_("Invite so many days before"), min_value=0, max_value=180, required=False, help_text=_("Empty: when you say so."),
    )  # fmt: skip
    remind_hours = forms.IntegerField(
        label=_("Remind so many hours before"), min_value=0, max_value=336, initial=24, help_text=_("0 reminds nobody."),
    )  # fmt: skip
    and_following = forms.BooleanField(label=_("Also change all that follow in this series"), required=False)

    field_order = ["title", "kind", "segment", "people", "programme", "minutes_long", "day", "time", "time_zone", "repeats",
                   "every", "last_day", "place", "join_link", "conference_id", "agenda", "host", "co_hosts", "capacity",
                   "needs_registration", "stays_open", "invite_days", "remind_hours", "and_following"]  # fmt: skip

    def __init__(self, *args, by: User, partner: Partner | None = None, meeting: Meeting | None = None, **kwargs):
        """For a `partner`, for a segment where none is named, or about a `meeting` that is planned already."""
        super().__init__(*args, **kwargs)
        self.partner, self.meeting = partner, meeting
        managers = User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")
        self.fields["host"].queryset, self.fields["co_hosts"].queryset = managers, managers
        self.initial.setdefault("host", by.pk)
        if partner:
            self.fields["people"].queryset = partner.contacts.current().order_by("name")
        for name in self._not_asked():
            del self.fields[name]

    def _not_asked(self) -> list[str]:
        left_out = ["segment", "stays_open"] if self.partner else ["people"]
        if self.meeting is None:
            return [*left_out, "and_following"]
        left_out += [name for name in _PLANNED if name not in left_out]
        if self.meeting.invited_at:
            left_out += [name for name in ("segment", "programme", "needs_registration") if name not in left_out]
        return left_out if self.meeting.series_id else [*left_out, "and_following"]

    def is_series(self) -> bool:
        return self.cleaned_data.get("repeats", ONCE) != ONCE

    def starts_at(self) -> datetime:
        """In UTC. Raises `Invalid` where no clock will show that time."""
        return self.send_at()

    def fields_of_meeting(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if name in self.fields}
        for name in ("key", "day", "time", "repeats", "every", "last_day", "and_following"):
            given.pop(name, None)
        if self.partner:
            given["partner"] = self.partner
        return {**given, "co_hosts": list(given["co_hosts"]), **({"people": list(given["people"])} if "people" in given else {})}

    def rhythm(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "rhythm": data["repeats"], "first_day": data["day"], "wall_time": data["time"], "every": data["every"] or 1,
            "last_day": data["last_day"],
        }  # fmt: skip

    def refuse(self, refusal: Refused) -> None:
        field = {"send_at": "day", "starts_at": "day", "rhythm": "repeats"}.get(refusal.field, refusal.field)
        self.add_error(field if field in self.fields else None, str(refusal))


def initial_of(meeting: Meeting) -> dict[str, Any]:
    local = meeting.starts_at.astimezone(meeting.zone)
    plain = ("title", "kind", "segment", "programme", "time_zone", "minutes_long", "place", "join_link", "conference_id", "agenda",
             "capacity", "needs_registration", "stays_open", "host", "invite_days", "remind_hours")  # fmt: skip
    values = {name: getattr(meeting, name) for name in plain}
    return {**values, "day": local.date(), "time": local.time(), "co_hosts": list(meeting.co_hosts.all())}


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(choices=[pair for pair in InviteeAnswer.choices if pair[0]])
    comment = forms.CharField(label=_("A word to the host"), max_length=500, required=False)


class MinutesForm(forms.Form):
    minutes = forms.CharField(
        label=_("Minutes"), max_length=50_000, required=False, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("What was said. Partners see it once you share it."),
    )  # fmt: skip


class DecisionForm(forms.Form):
    text = forms.CharField(label=_("Decided"), max_length=500)


class ActionForm(OnceForm):
    """`side` is ours or one of the partners that take part."""

    title = forms.CharField(label=_("To be done"), max_length=200)
    side = forms.ChoiceField(label=_("By"), choices=())
    due_on = forms.DateField(label=_("Due"), required=False, widget=_DAY)

    def __init__(self, *args, partners: list[Partner], **kwargs):
        super().__init__(*args, **kwargs)
        self.partners = {str(partner.public_id): partner for partner in partners}
        self.fields["side"].choices = [("", _("us, the host")), *((key, str(partner)) for key, partner in self.partners.items())]
        self.fields["side"].required = False
        self.fields["due_on"].widget.attrs["min"] = timezone.localdate().isoformat()

    def values(self) -> dict[str, Any]:
        partner = self.partners.get(self.cleaned_data["side"])
        due_on: date | None = self.cleaned_data["due_on"]
        return {"title": self.cleaned_data["title"], "partner": partner, "is_partners": partner is not None, "due_on": due_on,
                "key": self.cleaned_data["key"]}  # fmt: skip


class PersonForm(forms.Form):
    address = forms.EmailField(label=_("Address of a contact"))


class AttendanceForm(forms.Form):
    file = forms.FileField(
        label=_("List of participants"),
        help_text=_("The CSV that Zoom or Teams exports after a meeting, or the report in JSON."),
    )
