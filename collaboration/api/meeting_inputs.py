"""What is said of a meeting, or of a series, as it is handed in."""

from rest_framework import serializers

from accounts.api.inputs import IdField, IdOrKeyField, Input, ManagerField, TimeField
from collaboration.models import Kind
from collaboration.rhythm import Rhythm
from context.models import Segment
from partners.models import Contact, Partner, Programme

MOST_PEOPLE = 500
MOST_CO_HOSTS = 50


class DescribedInput(Input):
    shown_only = (
        "id", "state", "ends_at", "series", "invited_at", "held_at", "minutes_shared_at", "cancelled_at", "reason", "sequence",
    )  # fmt: skip
    title = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    starts_at = TimeField(help_text="Without an offset, clocks in `time_zone` are meant.")
    time_zone = serializers.CharField(max_length=64)
    minutes_long = serializers.IntegerField(min_value=5, max_value=1440, required=False)
    agenda = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    partner = IdField(Partner.objects.visible_to, required=False)
    segment = IdField(Segment.objects.visible_to, required=False)
    programme = IdOrKeyField(lambda user: Programme.objects.all(), required=False)
    host = ManagerField(required=False, help_text="A manager's address; the token's owner when left out.")
    co_hosts = serializers.ListField(
        child=ManagerField(), max_length=MOST_CO_HOSTS, required=False, help_text="Managers' addresses."
    )
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    join_link = serializers.CharField(max_length=500, required=False, allow_blank=True)
    conference_id = serializers.CharField(max_length=100, required=False, allow_blank=True)
    capacity = serializers.IntegerField(min_value=1, max_value=1_000_000, required=False, allow_null=True)
    needs_registration = serializers.BooleanField(required=False)
    stays_open = serializers.BooleanField(required=False)
    invite_days = serializers.IntegerField(min_value=0, max_value=180, required=False, allow_null=True)
    remind_hours = serializers.IntegerField(min_value=0, max_value=336, required=False)


class MeetingInput(DescribedInput):
    people = serializers.ListField(
        child=IdField(Contact.objects.visible_to), max_length=MOST_PEOPLE, required=False,
        help_text="Contacts, of one with a partner; none: everybody there.",
    )  # fmt: skip
    repeats = serializers.ChoiceField(choices=[str(each) for each in Rhythm], required=False, help_text="Makes a series.")
    every = serializers.IntegerField(min_value=1, max_value=12, required=False, help_text="So many weeks, months or quarters.")
    last_day = serializers.DateField(required=False, help_text="Of the series; left out, it goes on.")


class MeetingChange(DescribedInput):
    and_following = serializers.BooleanField(required=False, help_text="Also those that come after it in its series.")


class CancelInput(Input):
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)
    and_following = serializers.BooleanField(required=False, help_text="Ends its series, too.")


class FollowUpInput(Input):
    who = serializers.ChoiceField(choices=["attended", "missed"])


class CloseInput(Input):
    ended_early = serializers.BooleanField(required=False, help_text="Needed before the time at which it ends.")
