"""The calendar: what is planned, scheduled and sent from one day to another, and whatever else stands there."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.inputs import as_uuid
from accounts.api.resources import Resource
from accounts.models import Scope
from activity.refusals import Invalid
from communications.calendar_sources import calendar_sources
from communications.queries.calendar import Calendar, Chosen, calendar_of
from partners.models import Programme

DAYS_AT_MOST = 92


class CalendarHolidaySerializer(serializers.Serializer):
    country = serializers.CharField()
    name = serializers.CharField()


class CalendarItemSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text="announcement, or what else it is, such as meetings or review.")
    id = serializers.UUIDField(allow_null=True, help_text="Of an announcement.")
    title = serializers.CharField()
    state = serializers.CharField(allow_blank=True, help_text="Of an announcement.")
    segment = serializers.UUIDField(allow_null=True, help_text="Of an announcement: to whom it goes.")
    partner = serializers.CharField(allow_blank=True, help_text="The name of the one it is about.")
    starts_at = serializers.DateTimeField(allow_null=True, help_text="Null: of the whole day.")
    ends_at = serializers.DateTimeField(allow_null=True)
    is_cancelled = serializers.BooleanField()


class CalendarDaySerializer(serializers.Serializer):
    day = serializers.DateField()
    items = CalendarItemSerializer(many=True)
    holidays = CalendarHolidaySerializer(many=True)


class CalendarSerializer(serializers.Serializer):
    days = CalendarDaySerializer(many=True, help_text="Those on which something stands.")


class CalendarDays(Resource):
    noun = "communications.announcement"
    read_scope = Scope.ANNOUNCEMENTS_READ
    parameters = {"days": ("from", "to", "programme")}
    serializer_class = CalendarSerializer

    @extend_schema(
        summary="What stands on the calendar, day by day, as the token's owner sees it",
        parameters=[
            OpenApiParameter("from", date, description="The first day; today when left out."),
            OpenApiParameter("to", date, description="The last day; it counts. Four weeks when left out, 92 days at most."),
            OpenApiParameter("programme", str, description="The id or key of a programme."),
        ],
        responses=CalendarSerializer,
    )
    def days(self, request):
        first = _day(request, "from") or timezone.localdate()
        last = _day(request, "to") or first + timedelta(days=27)
        if not first <= last < first + timedelta(days=DAYS_AT_MOST):
            raise Invalid(_("Ask for one to %(most)d days, the first before the last.") % {"most": DAYS_AT_MOST}, field="to")
        found = calendar_of(request.user, first, last, Chosen(programme=_programme(request)))
        return Response(self.get_serializer({"days": _told(found, _opened_by(request.auth))}).data)


def _opened_by(token) -> set[str]:
    """The keys of the sources whose scope the token holds; who is signed in sees all."""
    return {source.key for source in calendar_sources() if token is None or not source.scope or source.scope in token.scopes}


def _day(request, name: str) -> date | None:
    text = request.query_params.get(name, "")
    try:
        day = parse_date(text) if text else None
    except ValueError:
        day = None
    if text and day is None:
        raise Invalid(_("Write the day as 2031-03-09."), field=name)
    if day and not 2000 <= day.year <= 2200:
        raise Invalid(_("No calendar goes that far. Choose a time that is nearer."), field=name)
    return day


def _programme(request) -> int | None:
    asked = request.query_params.get("programme")
    if not asked:
        return None
    found = as_uuid(asked)
    rows = Programme.objects.visible_to(request.user).filter(**({"public_id": found} if found else {"key": asked}))
    pk = rows.values_list("pk", flat=True).first()
    if pk is None:
        raise Invalid(_("There is no programme with this id or key, or it is not yours to see."), field="programme")
    return pk


def _told(calendar: Calendar, opened: set[str]) -> list[dict]:
    days = []
    for day in calendar.days:
        items = [
            {
                "kind": "announcement", "id": item.announcement.public_id, "title": item.announcement.title,
                "state": item.announcement.state, "partner": "", "starts_at": item.at, "ends_at": None, "is_cancelled": False,
                "segment": item.announcement.segment.public_id if item.announcement.segment_id else None,
            }
            for item in day.items
        ]  # fmt: skip
        items += [
            {
                "kind": key, "id": None, "title": entry.title, "state": "", "segment": None, "partner": entry.partner,
                "starts_at": entry.starts_at, "ends_at": entry.ends_at, "is_cancelled": entry.is_cancelled,
            }
            for key, entry in day.entries if key in opened
        ]  # fmt: skip
        if items or day.holidays:
            days.append({"day": day.day, "items": items, "holidays": day.holidays})
    return days
