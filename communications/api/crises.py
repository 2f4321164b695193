from typing import ClassVar
from uuid import uuid4

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import PAGING, IdOrKeyFilter, MomentFilter, YesNoFilter
from accounts.api.idempotency import once_per_key
from accounts.api.inputs import IdField, Input
from accounts.api.resources import Lists, Resource, Retrieves
from accounts.models import Scope
from activity.tasks import soon
from communications.actions.crises import clear_crisis, start_crisis, update_crisis
from communications.actions.crisis_acknowledgements import acknowledge_crisis
from communications.models import (
    AcknowledgedHow,
    Around,
    Channel,
    Crisis,
    CrisisPerson,
    CrisisProtocol,
    CrisisState,
    Incident,
    Standing,
)
from communications.queries.crisis_board import people_of
from communications.queries.crisis_report import report_of
from communications.queries.protocols import partners_with_sites, protocol_rows
from communications.tasks import release_due, send_crisis_calls
from partners.models import Contact


class CrisisProtocolSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    programme = serializers.UUIDField(source="programme.public_id")
    segment = serializers.UUIDField(source="segment.public_id")
    incident = serializers.ChoiceField(choices=Incident.choices, read_only=True)
    is_ready = serializers.BooleanField(help_text="Whether a crisis can be started with it: approved, and in use.")
    channels = serializers.ListField(child=serializers.ChoiceField(choices=Channel.choices), read_only=True)
    version = serializers.IntegerField(
        source="approved_version.number", allow_null=True, default=None, help_text="The approved version, with which it starts."
    )
    languages = serializers.SerializerMethodField(help_text="In which the approved alarm is written.")

    class Meta:
        model = CrisisProtocol
        fields = ("id", "programme", "name", "incident", "segment", "channels", "late_after", "is_at_site", "is_ready", "version",
                  "languages", "created_at")  # fmt: skip
        read_only_fields = fields

    def get_languages(self, protocol: CrisisProtocol) -> list[str]:
        return sorted(protocol.approved_version.words("alarm")) if protocol.approved_version else []


class CrisisSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    protocol = serializers.UUIDField(source="protocol.public_id")
    programme = serializers.UUIDField(source="programme.public_id")
    state = serializers.ChoiceField(choices=CrisisState.choices, read_only=True)
    started_by = serializers.EmailField(source="started_by.email", allow_null=True, default=None)

    class Meta:
        model = Crisis
        fields = ("id", "protocol", "programme", "title", "is_drill", "state", "started_at", "started_by", "late_at", "cleared_at")
        read_only_fields = fields


class CrisisStart(Input):
    shown_only = ("id", "title", "state", "started_at", "started_by", "late_at", "cleared_at", "programme")

    protocol = IdField(CrisisProtocol.objects.visible_to)
    is_drill = serializers.BooleanField(help_text="True for a drill: every message says so, and it is counted apart.")
    confirm = serializers.CharField(max_length=20, help_text="The word “drill” or “real”, so that neither is taken for the other.")
    sites = serializers.ListField(
        child=IdField(partners_with_sites), required=False, max_length=50,
        help_text="Where it happened, by the ids of sites; needed where the protocol is about a site.",
    )  # fmt: skip
    around = serializers.ChoiceField(choices=Around.choices, required=False)
    is_another = serializers.BooleanField(
        required=False, help_text="True where one runs already by the same protocol, at one of the same sites, and this is another."
    )


class WordsInput(Input):
    title = serializers.CharField(max_length=180)
    call_to_action = serializers.CharField(max_length=180)
    what_happened = serializers.CharField(max_length=300)
    next_update = serializers.CharField(max_length=300)
    body = serializers.CharField(max_length=20_000)


class UpdateInput(Input):
    words = serializers.DictField(child=WordsInput(), allow_empty=False, help_text="By language, such as en or pt-br.")


class ClearInput(Input):
    words = serializers.DictField(
        child=WordsInput(), required=False, allow_empty=False, help_text="By language; left out, those of the protocol."
    )


class AcknowledgeInput(Input):
    contact = IdField(Contact.objects.visible_to)


class CrisisLineSerializer(serializers.Serializer):
    key = serializers.CharField(help_text="Of a partner or a site its id, of a role its key.")
    name = serializers.CharField()
    people = serializers.IntegerField(help_text="The sum of the others.")
    acknowledged = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Still have time.")
    late = serializers.IntegerField()
    unreachable = serializers.IntegerField()
    first_at = serializers.DateTimeField(allow_null=True, help_text="When one of them acknowledged first.")
    all_at = serializers.DateTimeField(allow_null=True, help_text="When the last of them did; null while one is missing.")


class CrisisRungSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    due_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    is_raised = serializers.BooleanField(allow_null=True)
    asked = serializers.IntegerField(allow_null=True)
    missing = serializers.IntegerField(allow_null=True)
    reached = serializers.IntegerField()


class CrisisThresholdSerializer(serializers.Serializer):
    percent = serializers.IntegerField()
    needed = serializers.IntegerField()
    asked = serializers.IntegerField()
    seconds = serializers.SerializerMethodField(help_text="After the start; null while it is not reached.")

    def get_seconds(self, threshold) -> float | None:
        return threshold.after.total_seconds() if threshold.after is not None else None


class CrisisStatusSerializer(serializers.Serializer):
    is_drill = serializers.BooleanField()
    state = serializers.ChoiceField(choices=CrisisState.choices)
    people = CrisisLineSerializer(help_text="Everybody, as far as the token's owner sees partners.")
    organisations_asked = serializers.IntegerField()
    organisations_answered = serializers.IntegerField()
    organisations = CrisisLineSerializer(many=True, help_text="The first 100, worst first.")
    sites = CrisisLineSerializer(many=True)
    roles = CrisisLineSerializer(many=True)
    ladder = CrisisRungSerializer(many=True)
    thresholds = CrisisThresholdSerializer(many=True)


class CrisisPersonSerializer(serializers.ModelSerializer):
    contact = serializers.UUIDField(source="contact.public_id")
    partner = serializers.UUIDField(source="contact.partner.public_id")
    state = serializers.ChoiceField(source="standing", choices=Standing.choices)
    acknowledged_how = serializers.ChoiceField(choices=AcknowledgedHow.choices, allow_blank=True, read_only=True)

    class Meta:
        model = CrisisPerson
        fields = ("contact", "partner", "state", "by_mail", "by_portal", "called_at", "acknowledged_at", "acknowledged_how")
        read_only_fields = fields


class CrisisFilters(filters.FilterSet):
    programme = IdOrKeyFilter("programme")
    state = filters.ChoiceFilter(choices=CrisisState.choices)
    is_drill = YesNoFilter()
    started_after = MomentFilter(field_name="started_at", lookup_expr="gte", label="Started at this time or later.")
    started_before = MomentFilter(field_name="started_at", lookup_expr="lt", label="Started before this time.")

    class Meta:
        model = Crisis
        fields = ()


class CrisisPersonFilters(filters.FilterSet):
    state = filters.ChoiceFilter(field_name="standing", choices=Standing.choices)
    partner = filters.UUIDFilter(field_name="contact__partner__public_id", label="The id of a partner.")


class CrisisProtocols(Lists, Retrieves, Resource):
    """Who is called when something bad happens, with which words, and who is alarmed next. Written and approved by people."""

    noun = "communications.crisisprotocol"
    read_scope = write_scope = Scope.CRISES_READ
    serializer_class = CrisisProtocolSerializer
    ordering_fields = ("name",)

    def rows(self, user):
        return protocol_rows(user).order_by("pk")


class Crises(Lists, Retrieves, Resource):
    """Crises and drills: started by whatever notices one first, followed, and cleared."""

    noun = "communications.crisis"
    read_scope = Scope.CRISES_READ
    write_scope = Scope.CRISES_WRITE
    serializer_class = CrisisSerializer
    input_class = CrisisStart
    filterset_class = CrisisFilters
    ordering_fields = ("started_at",)
    parameters: ClassVar = {"people": ("state", "partner", *PAGING)}

    def rows(self, user):
        return Crisis.objects.visible_to(user).select_related("protocol", "programme", "version", "started_by")

    def create(self, request, *args, **kwargs) -> Response:
        """Start one, at once. With an `Idempotency-Key`, a request that is sent again starts nothing more. Without, it is refused
        as `runs_already` while one runs by the same protocol, in the same mode and at one of the same sites, with a link to it."""

        def work() -> Response:
            given = self.parsed()
            crisis = start_crisis(given.pop("protocol"), by=request.user, key=uuid4(), confirmed=given.pop("confirm"), **given)
            _hurry()
            return self.answer(crisis, status=201)

        return once_per_key(request, work)

    @extend_schema(responses=CrisisStatusSerializer)
    @action(detail=True, methods=["get"])
    def status(self, request, id):
        """Who has acknowledged, who is late, whom nothing reaches; by organisation, site and role, with the ladder."""
        crisis = self.get_object()
        found = report_of(crisis, request.user)
        board = found.board
        told = {
            "is_drill": crisis.is_drill, "state": crisis.state, "people": board.people, "organisations": board.organisations,
            "organisations_asked": board.organisations_asked, "organisations_answered": board.organisations_answered,
            "sites": board.sites, "roles": board.roles, "ladder": board.alarms, "thresholds": found.people,
        }  # fmt: skip
        return Response(CrisisStatusSerializer(told).data)

    @extend_schema(responses=CrisisPersonSerializer(many=True))
    @action(detail=True, methods=["get"], filterset_class=CrisisPersonFilters, ordering_fields=(), ordering=("contact__public_id",))
    def people(self, request, id):
        """Everybody who was called, in pages. `state` gives those alone who are late, say, or whom nothing reaches."""
        rows = self.filter_queryset(people_of(self.get_object(), request.user).select_related("contact__partner"))
        return self.get_paginated_response(CrisisPersonSerializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(request=AcknowledgeInput, responses=CrisisSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request, id):
        """Somebody told another system, such as a hotline. Doing it twice is the same as once."""

        def work() -> Response:
            crisis = self.get_object()
            contact = self.parsed(AcknowledgeInput)["contact"]
            acknowledge_crisis(crisis, contact=contact, how=AcknowledgedHow.API, by=request.user)
            return self.answer(crisis)

        return once_per_key(request, work)

    @extend_schema(request=UpdateInput, responses=CrisisSerializer)
    @action(detail=True, methods=["post"], url_path="update")
    def say(self, request, id):
        """Say how it stands, to everybody who was called; in the language of the protocol at least. The same words again within a
        minute are refused as `said_already`."""

        def work() -> Response:
            crisis = self.get_object()
            update_crisis(crisis, by=request.user, words=self.parsed(UpdateInput)["words"])
            _hurry()
            return self.answer(crisis)

        return once_per_key(request, work)

    @extend_schema(request=ClearInput, responses=CrisisSerializer)
    @action(detail=True, methods=["post"], url_path="all-clear")
    def clear(self, request, id):
        """It is over: everybody who was called is told, and no rung is climbed any more."""

        def work() -> Response:
            crisis = self.get_object()
            clear_crisis(crisis, by=request.user, words=self.parsed(ClearInput).get("words"))
            _hurry()
            return self.answer(crisis)

        return once_per_key(request, work)


def _hurry() -> None:
    """Without waiting for the next turn of the timetable."""
    soon(release_due)
    soon(send_crisis_calls)
