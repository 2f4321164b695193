from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import IdFilter, MomentFilter
from accounts.api.idempotency import once_per_key
from accounts.api.inputs import IdField, IdOrKeyField, Input, TimeField
from accounts.api.resources import Changes, Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from activity.refusals import Invalid
from collaboration.actions.attendance import note_attendance
from collaboration.actions.invitations import invite
from collaboration.actions.meetings import cancel_meeting, change_meeting, close_meeting, plan_meeting
from collaboration.models import Invitee, InviteeAnswer, Kind, Meeting, MeetingState, Standing
from collaboration.queries.meetings import figures_of, people_of
from communications.local_time import instant_of
from context.models import Segment
from partners.models import Contact, Partner, Programme

MOST_AT_ONCE = 500


class MeetingSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    series = serializers.UUIDField(source="series.public_id", allow_null=True, default=None)
    programme = serializers.UUIDField(source="programme.public_id")
    partner = serializers.UUIDField(source="partner.public_id", allow_null=True, default=None)
    segment = serializers.UUIDField(source="segment.public_id", allow_null=True, default=None)
    host = serializers.EmailField(source="host.email", allow_null=True, default=None)

    class Meta:
        model = Meeting
        fields = (
            "id", "kind", "title", "agenda", "state", "starts_at", "ends_at", "time_zone", "series", "programme", "partner",
            "segment", "host", "place", "join_link", "capacity", "needs_registration", "invited_at",
            "cancelled_at", "reason", "sequence",
        )  # fmt: skip
        read_only_fields = fields


class MeetingInput(Input):
    shown_only = ("id", "state", "ends_at", "series", "invited_at", "cancelled_at", "reason", "sequence", "host")
    title = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    starts_at = TimeField(help_text="Without an offset, clocks in `time_zone` are meant.")
    time_zone = serializers.CharField(max_length=64)
    minutes_long = serializers.IntegerField(min_value=5, max_value=1440, required=False)
    agenda = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    partner = IdField(Partner.objects.visible_to, required=False)
    segment = IdField(Segment.objects.visible_to, required=False)
    programme = IdOrKeyField(lambda user: Programme.objects.all(), required=False)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    join_link = serializers.CharField(max_length=500, required=False, allow_blank=True)
    conference_id = serializers.CharField(max_length=100, required=False, allow_blank=True)
    capacity = serializers.IntegerField(min_value=1, max_value=1_000_000, required=False, allow_null=True)
    needs_registration = serializers.BooleanField(required=False)
    stays_open = serializers.BooleanField(required=False)
    invite_days = serializers.IntegerField(min_value=0, max_value=180, required=False, allow_null=True)
    remind_hours = serializers.IntegerField(min_value=0, max_value=336, required=False)


class CancelInput(Input):
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class AttendedInput(Input):
    contact = IdField(Contact.objects.visible_to)
    attended = serializers.BooleanField()


class AttendanceInput(Input):
    people = AttendedInput(many=True, allow_empty=False)


class AttendeeSerializer(serializers.ModelSerializer):
    contact = serializers.UUIDField(source="contact.public_id")
    partner = serializers.UUIDField(source="contact.partner.public_id")
    standing = serializers.ChoiceField(choices=Standing.choices)
    answer = serializers.ChoiceField(choices=InviteeAnswer.choices, allow_blank=True)

    class Meta:
        model = Invitee
        fields = ("contact", "partner", "standing", "answer", "answered_at", "attended", "minutes_there")
        read_only_fields = fields


class FiguresSerializer(serializers.Serializer):
    total = serializers.IntegerField(help_text="All who are invited: the sum of the others.")
    invited = serializers.IntegerField()
    accepted = serializers.IntegerField()
    maybe = serializers.IntegerField()
    waiting = serializers.IntegerField()
    declined = serializers.IntegerField()
    attended = serializers.IntegerField()
    missed = serializers.IntegerField()


class AttendanceSerializer(serializers.Serializer):
    figures = FiguresSerializer()
    people = AttendeeSerializer(many=True, help_text="The first 500, by partner and name.")


class MeetingFilters(filters.FilterSet):
    partner = IdFilter("partner")
    segment = IdFilter("segment")
    state = filters.ChoiceFilter(choices=MeetingState.choices)
    kind = filters.ChoiceFilter(choices=Kind.choices)
    starts_after = MomentFilter(field_name="starts_at", lookup_expr="gte", label="Begins at this time or later.")
    starts_before = MomentFilter(field_name="starts_at", lookup_expr="lt", label="Begins before this time.")

    class Meta:
        model = Meeting
        fields = ()


class Meetings(Lists, Retrieves, Creates, Changes, Resource):
    """Meetings and webinars, and who takes part."""

    noun = "collaboration.meeting"
    read_scope = Scope.MEETINGS_READ
    write_scope = Scope.MEETINGS_WRITE
    serializer_class = MeetingSerializer
    input_class = change_class = MeetingInput
    filterset_class = MeetingFilters
    ordering_fields = ("starts_at",)

    def rows(self, user):
        return Meeting.objects.visible_to(user).select_related("series", "programme", "partner", "segment", "host")

    def make(self, by, **fields):
        return plan_meeting(by=by, **_timed(fields))

    def change(self, row, by, **fields) -> None:
        zone = fields.get("time_zone", row.time_zone)
        change_meeting(row, by=by, **_timed({"time_zone": zone, **fields}))

    @extend_schema(request=None, responses={200: MeetingSerializer})
    @action(detail=True, methods=["post"], url_path="invite")
    def invite_people(self, request, id):
        """Freeze whom it is for, and write to them."""

        def work() -> Response:
            meeting = self.get_object()
            invite(meeting, by=request.user)
            return self.answer(meeting)

        return once_per_key(request, work)

    @extend_schema(request=CancelInput, responses={200: MeetingSerializer})
    @action(detail=True, methods=["post"], url_path="cancel")
    def call_off(self, request, id):
        """Call it off. Whoever was invited gets word of it."""

        def work() -> Response:
            meeting = self.get_object()
            cancel_meeting(meeting, by=request.user, reason=self.parsed(CancelInput).get("reason", ""))
            return self.answer(meeting)

        return once_per_key(request, work)

    @extend_schema(request=None, responses={200: MeetingSerializer})
    @action(detail=True, methods=["post"], url_path="close")
    def close(self, request, id):
        """It took place. Whoever was not seen there has missed it."""

        def work() -> Response:
            meeting = self.get_object()
            close_meeting(meeting, by=request.user)
            return self.answer(meeting)

        return once_per_key(request, work)

    @extend_schema(methods=["GET"], responses={200: AttendanceSerializer})
    @extend_schema(methods=["POST"], request=AttendanceInput, responses={200: AttendanceSerializer})
    @action(detail=True, methods=["get", "post"], url_path="attendance")
    def attendance(self, request, id):
        """Who is invited and where each of them stands; a POST says of invited people whether they were there."""
        meeting = self.get_object()
        if request.method == "GET":
            return self._attendance(meeting)

        def work() -> Response:
            people = self.parsed(AttendanceInput)["people"]
            if len(people) > MOST_AT_ONCE:
                raise Invalid(_("Tell of at most 500 people at once."), field="people")
            said = {each["contact"].pk: each["attended"] for each in people}
            invited = dict(meeting.invitees.filter(contact__in=said).values_list("contact_id", "pk"))
            if set(said) - set(invited):
                raise Invalid(_("Somebody among these people is not invited; nothing was noted."), field="people")
            note_attendance(meeting, {invited[pk]: was_there for pk, was_there in said.items()}, by=request.user)
            return self._attendance(meeting)

        return once_per_key(request, work)

    def _attendance(self, meeting: Meeting) -> Response:
        figures = figures_of(meeting, self.request.user)
        people = people_of(meeting, self.request.user)[:MOST_AT_ONCE]
        told = {"total": figures.invited, **figures.by_standing}
        return Response(AttendanceSerializer({"figures": told, "people": people}).data)


def _timed(fields: dict) -> dict:
    """A time without an offset is one on the wall."""
    starts_at = fields.get("starts_at")
    if starts_at is not None and starts_at.tzinfo is None:
        fields["starts_at"] = instant_of(starts_at, fields["time_zone"], field="starts_at")
    return fields
