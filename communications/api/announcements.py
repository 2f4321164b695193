from uuid import UUID

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import IdFilter, IdOrKeyFilter
from accounts.api.idempotency import once_per_key
from accounts.api.inputs import IdField, IdOrKeyField, Input, KeyField, ManagerField, TimeField
from accounts.api.resources import Changes, Creates, Lists, Retrieves
from accounts.models import Scope
from activity.refusals import Invalid
from communications.actions.announcements import (
    approve_announcement,
    cancel_announcement,
    change_announcement,
    close_announcement,
    create_announcement,
    pause_announcement,
    resume_announcement,
    schedule_announcement,
    submit_announcement,
)
from communications.actions.freshness import renew_announcement, retire_announcement
from communications.actions.variants import end_test
from communications.api.announcement_moves import Moves
from communications.api.announcement_words import ConsistencySerializer, WordsSerializer, consistency_dict, words_of
from communications.api.reports import BreakdownSerializer, ComparisonSerializer, ReportSerializer
from communications.kinds import LONGEST
from communications.local_time import instant_of
from communications.models import (
    Announcement,
    AnnouncementVersion,
    Channel,
    Kind,
    Measure,
    Objective,
    Priority,
    State,
    Theme,
    Topic,
    Variant,
)
from communications.models.freshness import LONGEST as LONGEST_REVIEW
from communications.models.freshness import SHORTEST
from communications.models.variants import HOURS, PERCENT
from communications.queries.announcement_breakdown import breakdown_of
from communications.queries.announcement_comparison import AT_MOST, chosen_announcements, comparison_of
from communications.queries.announcement_page import draft_as_version
from communications.queries.announcement_report import report_of
from communications.queries.contradictions import consistency_of
from communications.queries.portfolio import portfolio_of
from context.models import Segment
from partners.actions.checks import check_language
from partners.models import Programme, Stage


class AnnouncementSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    programme = serializers.UUIDField(source="programme.public_id")
    segment = serializers.UUIDField(source="segment.public_id")
    topic = serializers.CharField(source="topic.key")
    author = serializers.EmailField(source="author.email", allow_null=True, default=None)
    priority = serializers.CharField(read_only=True, help_text="Empty: what its kind stands for.")
    owner = serializers.EmailField(source="owner.email", allow_null=True, default=None)
    successor = serializers.UUIDField(source="successor.public_id", allow_null=True, default=None)
    objective = serializers.UUIDField(source="objective.public_id", allow_null=True, default=None)
    theme = serializers.UUIDField(source="theme.public_id", allow_null=True, default=None)
    stages = serializers.ListField(child=serializers.ChoiceField(choices=Stage.choices), help_text="Of the lifecycle.")
    winner = serializers.CharField(read_only=True, help_text="a or b: the variant that the rest gets; empty while none is chosen.")

    class Meta:
        model = Announcement
        fields = ("id", "programme", "title", "body", "kind", "segment", "channels", "topic", "requires_acknowledgement",
                  "acknowledge_by", "call_to_action", "expires_at", "stays_open", "by_journey", "priority",
                  "best_time_hours", "variant_title", "variant_body", "test_percent", "test_hours", "test_by", "language",
                  "details", "translations", "review_on", "review_every", "owner", "retired_at", "successor", "planned_on",
                  "objective", "theme", "wanted_action", "stages", "winner", "author", "state", "version",
                  "approved_version", "send_at", "time_zone", "created_at", "updated_at")  # fmt: skip
        read_only_fields = fields


class TranslationInput(Input):
    title = serializers.CharField(max_length=200, allow_blank=True, required=False)
    body = serializers.CharField(trim_whitespace=False, allow_blank=True, required=False)
    call_to_action = serializers.CharField(max_length=200, allow_blank=True, required=False)
    details = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=LONGEST), required=False)


class AnnouncementInput(Input):
    shown_only = (
        "id",
        "author",
        "winner",
        "retired_at",
        "successor",
        "state",
        "version",
        "approved_version",
        "send_at",
        "time_zone",
        "created_at",
        "updated_at",
    )

    title = serializers.CharField(max_length=200)
    body = serializers.CharField(trim_whitespace=False, help_text="Markdown, with merge fields such as {{ contact.name }}.")
    segment = IdField(Segment.objects.visible_to)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    priority = serializers.ChoiceField(
        choices=Priority.choices, required=False, allow_blank=True, help_text="Left out or empty: what its kind stands for."
    )
    best_time_hours = serializers.IntegerField(
        min_value=1, max_value=48, required=False, allow_null=True,
        help_text="To each person at their best time within so many hours; left out: to everybody at once.",
    )  # fmt: skip
    channels = serializers.ListField(
        child=serializers.ChoiceField(choices=Channel.choices), min_length=1, max_length=10, required=False,
        help_text="Portal and e-mail when left out. `webhook` goes to partners' chats and servers, beside the portal.",
    )  # fmt: skip
    topic = KeyField(Topic.objects.all, required=False, help_text="The key of a topic; the default one when left out.")
    programme = IdOrKeyField(
        Programme.objects.visible_to, required=False, help_text="The id or key of a programme; the default one when left out."
    )
    requires_acknowledgement = serializers.BooleanField(required=False)
    acknowledge_by = serializers.DateField(allow_null=True, required=False)
    call_to_action = serializers.CharField(max_length=200, allow_blank=True, required=False, help_text="Who must act, and by when.")
    expires_at = TimeField(allow_null=True, required=False, help_text="From then on nobody sees it. With an offset.")

    stays_open = serializers.BooleanField(
        required=False, help_text="Also for those who enter the segment later, until it expires; needs expires_at."
    )

    by_journey = serializers.BooleanField(
        required=False, help_text="Nobody gets it when it is sent; whoever comes to it in a journey does, of its segment."
    )

    variant_title = serializers.CharField(max_length=200, allow_blank=True, required=False, help_text="Of variant B; or none.")
    variant_body = serializers.CharField(trim_whitespace=False, allow_blank=True, required=False, help_text="As variant_title.")
    test_percent = serializers.IntegerField(
        min_value=PERCENT[0], max_value=PERCENT[1], required=False, help_text="Of the audience who try A or B, half each."
    )
    test_hours = serializers.IntegerField(
        min_value=HOURS[0], max_value=HOURS[1], required=False, help_text="Until the rest gets the better one."
    )
    test_by = serializers.ChoiceField(choices=Measure.choices, required=False)

    language = serializers.CharField(max_length=16, required=False, help_text="Of the text, such as en or pt-br; en when left out.")
    details = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=LONGEST), required=False,
        help_text="What the kind asks for, by its name; dates as 2030-05-01. See docs/writing.md.",
    )  # fmt: skip
    translations = serializers.DictField(
        child=TranslationInput(), required=False, help_text="By language; all of them are replaced together."
    )

    owner = ManagerField(
        required=False, allow_null=True, help_text="The address of the manager who answers for it; null or left out: its author."
    )
    review_on = serializers.DateField(required=False, allow_null=True, help_text="When it is looked at again.")
    review_every = serializers.IntegerField(min_value=SHORTEST, max_value=LONGEST_REVIEW, required=False, help_text="Days.")

    objective = IdField(
        Objective.objects.visible_to, required=False, allow_null=True, help_text="The id of an objective of its programme."
    )
    theme = IdField(Theme.objects.visible_to, required=False, allow_null=True, help_text="The id of a theme of its programme.")
    wanted_action = serializers.CharField(max_length=120, allow_blank=True, required=False, help_text="What readers should do.")
    stages = serializers.ListField(
        child=serializers.ChoiceField(choices=Stage.choices), max_length=8, required=False, help_text="Of the lifecycle it serves."
    )
    planned_on = serializers.DateField(allow_null=True, required=False, help_text="A day on the calendar, until it is scheduled.")

    def validate_expires_at(self, moment):
        if moment is not None and moment.tzinfo is None:
            raise serializers.ValidationError(_("Add the offset, as in 2030-05-01T09:00:00+02:00."))
        return moment


class ApprovalInput(Input):
    version = serializers.IntegerField(min_value=1, max_value=2_000_000_000, help_text="The version that was seen.")


class ScheduleInput(Input):
    send_at = TimeField(required=False, allow_null=True, help_text="With an offset, or with time_zone beside it. Absent: now.")
    time_zone = serializers.CharField(max_length=64, required=False, help_text="Such as Europe/Berlin.")

    def validate(self, fields):
        """A wall-clock time means what clocks show in the named zone; on DST days that can be no time at all."""
        send_at, zone = fields.get("send_at"), fields.get("time_zone")
        return {**fields, "send_at": instant_of(send_at, zone)} if send_at and zone and send_at.tzinfo is None else fields


class TestEndInput(Input):
    winner = serializers.ChoiceField(choices=Variant.choices, help_text="The variant that the rest gets.")
    reason = serializers.CharField(max_length=300, help_text="Why it is decided before its time; kept with the figures.")


class RetireInput(Input):
    reason = serializers.CharField(max_length=300, allow_blank=True, required=False)
    successor = IdField(Announcement.objects.visible_to, required=False, help_text="What replaces it.")


class VersionSerializer(serializers.Serializer):
    version = serializers.IntegerField(help_text="What was submitted; name it when approving.")
    state = serializers.ChoiceField(choices=State.choices)


class AnnouncementFilters(filters.FilterSet):
    title = filters.CharFilter(lookup_expr="icontains", label="Part of the title.")
    state = filters.ChoiceFilter(choices=State.choices)
    kind = filters.ChoiceFilter(choices=Kind.choices)
    segment = IdFilter("segment")
    programme = IdOrKeyFilter("programme")
    topic = filters.CharFilter(field_name="topic__key", label="Key of a topic.")
    objective = IdFilter("objective")
    theme = IdFilter("theme")

    class Meta:
        model = Announcement
        fields = ()


class Announcements(Lists, Retrieves, Creates, Changes, Moves):
    """What is told to partners: draft → submitted → approved → scheduled → sending → sent.
    The author is the token's owner."""

    noun = "communications.announcement"
    read_scope = Scope.ANNOUNCEMENTS_READ
    write_scope = Scope.ANNOUNCEMENTS_WRITE
    scopes = dict.fromkeys(("approve", "give_back"), Scope.ANNOUNCEMENTS_APPROVE)
    parameters = {"comparison": ("ids",), "words": ("language",)}
    permissions = dict.fromkeys(
        ("schedule", "unschedule", "pause", "resume", "cancel", "close", "end_test", "in_doubt"), "communications.send_announcement"
    )
    serializer_class = AnnouncementSerializer
    input_class = AnnouncementInput
    change_class = AnnouncementInput
    filterset_class = AnnouncementFilters
    ordering_fields = ("title", "created_at", "updated_at")

    def rows(self, user):
        named = ("programme", "segment", "topic", "author", "owner", "successor", "objective", "theme")
        return Announcement.objects.visible_to(user).select_related(*named)

    def make(self, by, **fields):
        return create_announcement(by=by, **fields)

    def change(self, announcement, by, **fields):
        return change_announcement(announcement, by=by, **fields)

    @extend_schema(request=Input, responses=VersionSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request, id):
        """Freeze the words as a version and ask for its approval."""

        def work() -> Response:
            self.parsed(Input)
            announcement = self.get_object()
            version = submit_announcement(announcement, by=request.user)
            return Response({"version": version.number, "state": announcement.state})

        return once_per_key(request, work)

    @extend_schema(request=ApprovalInput, responses=AnnouncementSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request, id):
        """Approve the version that was seen; where the policy says so, by another person than its author."""
        return self._moved(approve_announcement, ApprovalInput)

    @extend_schema(request=ScheduleInput, responses=AnnouncementSerializer)
    @action(detail=True, methods=["post"])
    def schedule(self, request, id):
        """Say when it goes out; without a time, now."""
        return self._moved(schedule_announcement, ScheduleInput)

    @extend_schema(request=Input, responses=AnnouncementSerializer)
    @action(detail=True, methods=["post"])
    def pause(self, request, id):
        """Stop before the next messages."""
        return self._moved(pause_announcement)

    @extend_schema(request=Input, responses=AnnouncementSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request, id):
        """Go on where it was paused."""
        return self._moved(resume_announcement)

    @extend_schema(request=Input, responses=AnnouncementSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request, id):
        """End it. What has been delivered stays delivered."""
        return self._moved(cancel_announcement)

    @extend_schema(request=Input, responses=AnnouncementSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request, id):
        """End its being open for those who join later."""
        return self._moved(close_announcement)

    @extend_schema(request=TestEndInput, responses=AnnouncementSerializer)
    @action(detail=True, methods=["post"], url_path="end-test")
    def end_test(self, request, id):
        """Decide between two variants before the test does."""
        return self._moved(end_test, TestEndInput)

    @extend_schema(request=Input, responses=AnnouncementSerializer)
    @action(detail=True, methods=["post"])
    def renew(self, request, id):
        """It is still right, and is looked at again after its interval."""
        return self._moved(renew_announcement)

    @extend_schema(request=RetireInput, responses=AnnouncementSerializer)
    @action(detail=True, methods=["post"])
    def retire(self, request, id):
        """Nobody is shown it any more; its old address leads to its successor, if there is one."""
        return self._moved(retire_announcement, RetireInput)

    @extend_schema(
        parameters=[OpenApiParameter("language", str, description="Such as de; that of the text itself when left out.")],
        responses=WordsSerializer,
    )
    @action(detail=True)
    def words(self, request, id):
        """What it says in a language, with the values that it states: of the version that was approved, else of the last one
        submitted, else of the draft."""
        language = check_language(request.query_params.get("language", ""))
        return Response(WordsSerializer(words_of(_latest_words(self.get_object()), language)).data)

    @extend_schema(responses=ConsistencySerializer)
    @action(detail=True)
    def consistency(self, request, id):
        """Which values that it says are said otherwise by something that is out, and which are written out though a statement has
        them."""
        return Response(ConsistencySerializer(consistency_dict(consistency_of(self.get_object(), request.user))).data)

    @extend_schema(responses=ReportSerializer)
    @action(detail=True)
    def report(self, request, id):
        """Who it reached and what they did, among the partners that the token's owner may see.
        Per channel the sums add up at every instant."""
        return Response(report_of(self.get_object(), portfolio_of(request.user)).as_dict())

    @extend_schema(responses=BreakdownSerializer)
    @action(detail=True)
    def breakdown(self, request, id):
        """The report by groups of people. The lines of each group add up to the total."""
        return Response(breakdown_of(self.get_object(), portfolio_of(request.user)).as_dict())

    @extend_schema(
        parameters=[
            OpenApiParameter("ids", str, required=True, description="Two to six ids of announcements, with commas between.")
        ],
        responses=ComparisonSerializer,
    )
    @action(detail=False, filter_backends=[], pagination_class=None)
    def comparison(self, request):
        """Announcements that have gone out side by side: each figure as a rate with its interval, and whether chance explains the
        difference. What has not gone out, or is not yours to see, is refused."""
        ids = _several_ids(request.query_params.get("ids", ""))
        chosen = chosen_announcements(request.user, ids)
        if len(chosen) < len(ids):
            raise Invalid(_("One of these does not exist, is not yours to see, or has not gone out yet."), field="ids")
        return Response(comparison_of(chosen, portfolio_of(request.user)).as_dict())


def _latest_words(announcement: Announcement) -> AnnouncementVersion:
    number = announcement.approved_version or announcement.version
    version = announcement.versions.filter(number=number).first() if number else None
    return version or draft_as_version(announcement)


def _several_ids(text: str) -> list[UUID]:
    try:
        ids = list(dict.fromkeys(UUID(one.strip()) for one in text.split(",")))
    except ValueError:
        ids = []
    if not 2 <= len(ids) <= AT_MOST:
        raise Invalid(_("Name two to %(n)d announcements by their ids, with commas between.") % {"n": AT_MOST}, field="ids")
    return ids
