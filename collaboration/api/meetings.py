"""Meetings and series as integrators plan, change, invite to, close and call them off."""

from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import PAGING, IdFilter, MomentFilter
from accounts.api.idempotency import once_per_key
from accounts.api.resources import Changes, Creates, Lists, Retrieves
from accounts.models import Scope
from activity.refusals import Invalid, NotAllowed
from collaboration.actions.follow_ups import draft_follow_up
from collaboration.actions.invitations import invite
from collaboration.actions.meetings import cancel_meeting, change_meeting, close_meeting, plan_meeting
from collaboration.actions.series import plan_series
from collaboration.api.attendance_files import TakesAttendanceFiles
from collaboration.api.invitees import InvitesPeople
from collaboration.api.meeting_inputs import CancelInput, CloseInput, FollowUpInput, MeetingChange, MeetingInput
from collaboration.api.minutes import KeepsMinutes
from collaboration.models import Kind, Meeting, MeetingState
from communications.api.announcements import AnnouncementSerializer
from communications.local_time import instant_of, zone_named


class MeetingSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    series = serializers.UUIDField(source="series.public_id", allow_null=True, default=None)
    programme = serializers.UUIDField(source="programme.public_id")
    partner = serializers.UUIDField(source="partner.public_id", allow_null=True, default=None)
    segment = serializers.UUIDField(source="segment.public_id", allow_null=True, default=None)
    host = serializers.EmailField(source="host.email", allow_null=True, default=None)

    co_hosts = serializers.SerializerMethodField(help_text="Managers' addresses.")

    class Meta:
        model = Meeting
        fields = (
            "id", "kind", "title", "agenda", "state", "starts_at", "ends_at", "minutes_long", "time_zone", "series", "programme",
            "partner", "segment", "host", "co_hosts", "place", "join_link", "conference_id", "capacity", "needs_registration",
            "stays_open", "invite_days", "remind_hours", "invited_at", "held_at", "minutes_shared_at", "cancelled_at", "reason",
            "sequence",
        )  # fmt: skip
        read_only_fields = fields

    def get_co_hosts(self, meeting) -> list[str]:
        return [user.email for user in meeting.co_hosts.all()]


class MeetingFilters(filters.FilterSet):
    series = IdFilter("series")
    partner = IdFilter("partner")
    segment = IdFilter("segment")
    state = filters.ChoiceFilter(choices=MeetingState.choices)
    kind = filters.ChoiceFilter(choices=Kind.choices)
    starts_after = MomentFilter(field_name="starts_at", lookup_expr="gte", label="Begins at this time or later.")
    starts_before = MomentFilter(field_name="starts_at", lookup_expr="lt", label="Begins before this time.")

    class Meta:
        model = Meeting
        fields = ()


class Meetings(InvitesPeople, KeepsMinutes, Lists, Retrieves, Creates, Changes, TakesAttendanceFiles):
    """Meetings and webinars, who takes part, and what became of them."""

    noun = "collaboration.meeting"
    read_scope = Scope.MEETINGS_READ
    write_scope = Scope.MEETINGS_WRITE
    scopes: ClassVar = {"follow_up": Scope.ANNOUNCEMENTS_WRITE}
    permissions: ClassVar = {"follow_up": "collaboration.change_meeting"}
    serializer_class = MeetingSerializer
    input_class = MeetingInput
    change_class = MeetingChange
    filterset_class = MeetingFilters
    ordering_fields = ("starts_at",)
    parameters: ClassVar = {"attendance": ("standing", "partner", *PAGING)}

    def rows(self, user):
        rows = Meeting.objects.visible_to(user).select_related("series", "programme", "partner", "segment", "host")
        return rows.prefetch_related("co_hosts")

    def make(self, by, *, repeats: str = "", **fields):
        fields = _timed(fields)
        if repeats:
            return _plan_series(by, rhythm=repeats, **fields)
        if "every" in fields or "last_day" in fields:
            raise Invalid(_("Say how it repeats, or leave “every” and “last_day” out."), field="repeats")
        return plan_meeting(by=by, **fields)

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
            cancel_meeting(meeting, by=request.user, **self.parsed(CancelInput))
            return self.answer(meeting)

        return once_per_key(request, work)

    @extend_schema(request=CloseInput, responses={200: MeetingSerializer})
    @action(detail=True, methods=["post"], url_path="close")
    def close(self, request, id):
        """It took place. Whoever was not seen there has missed it."""

        def work() -> Response:
            meeting = self.get_object()
            close_meeting(meeting, by=request.user, **self.parsed(CloseInput))
            return self.answer(meeting)

        return once_per_key(request, work)

    @extend_schema(request=FollowUpInput, responses={201: AnnouncementSerializer})
    @action(detail=True, methods=["post"], url_path="follow-up")
    def follow_up(self, request, id):
        """Begin an announcement to who attended, or to who missed it. Of a meeting that is closed; needs announcements:write."""

        def work() -> Response:
            if not request.user.has_perm("communications.add_announcement"):
                raise NotAllowed(_("Your role lets you read announcements, not write them."))
            draft = draft_follow_up(self.get_object(), by=request.user, **self.parsed(FollowUpInput))
            return Response(AnnouncementSerializer(draft).data, status=201)

        return once_per_key(request, work)


def _timed(fields: dict) -> dict:
    """A time without an offset is one on the wall."""
    starts_at = fields.get("starts_at")
    if starts_at is not None and starts_at.tzinfo is None:
        fields["starts_at"] = instant_of(starts_at, fields["time_zone"], field="starts_at")
    return fields


def _plan_series(by, *, rhythm: str, starts_at: datetime, every: int = 1, **fields) -> Meeting:
    """Its first is told. What repeats is what clocks show where it is held."""
    if fields.pop("conference_id", ""):
        raise Invalid(
            _("The number at a conference service is of a single meeting: set it with each of them."), field="conference_id"
        )
    wall = starts_at.astimezone(zone_named(fields["time_zone"]))
    series = plan_series(by=by, rhythm=rhythm, first_day=wall.date(), wall_time=wall.time(), every=every, **fields)
    return series.meetings.order_by("planned_for").first()
