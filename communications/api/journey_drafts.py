"""Writing a journey: the draft of its next version, who enters, its steps, and publishing it."""

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from accounts.api.idempotency import once_per_key
from accounts.api.inputs import IdField, IdOrKeyField, Input, ManagerField
from communications.actions.journey_steps import add_step, begin_with, change_step, remove_step
from communications.actions.journeys import (
    MOVE,
    STAY,
    begin_version,
    change_entry,
    discard_version,
    end_journey,
    move_to_published,
    publish_version,
)
from communications.models import Announcement, Journey, JourneyPurpose, JourneyStep, JourneyVersion, Objective, StepKind
from communications.models.journeys import DAYS_AT_MOST, HOLDOUT_AT_MOST
from communications.queries.journey_checks import problems_of, surveys_to_choose
from communications.queries.journey_steps import Place, steps_of
from context.api.segments import RuleField
from context.models import Segment
from partners.models import Programme

CHANGE, PUBLISH = "communications.change_journey", "communications.send_announcement"
WAYS = {"then": "then", "otherwise": "else"}
# Which action needs what of a person's role, beside the scope.
PERMISSIONS = {
    "draft": "communications.view_journey",
    **dict.fromkeys(("begin_draft", "change_draft", "discard_draft", "new_step", "step"), CHANGE),
    **dict.fromkeys(("publish", "move", "end"), PUBLISH),
}


# --- What is handed in ---------------------------------------------------------------------------------------------------


class JourneyChange(Input):
    shown_only = ("id", "programme", "state", "version", "problem", "created_at")
    name = serializers.CharField(max_length=120)
    purpose = serializers.ChoiceField(choices=JourneyPurpose.choices)
    reason = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    objective = IdField(Objective.objects.visible_to, required=False, allow_null=True)
    owner = ManagerField(required=False, help_text="A manager's address; the token's owner when left out.")


class EntryInput(Input):
    segment = IdField(Segment.objects.visible_to, help_text="Who enters.")
    exit_segment = IdField(Segment.objects.visible_to, required=False, allow_null=True, help_text="Who is in it leaves.")
    again_after_days = serializers.IntegerField(
        min_value=1, max_value=DAYS_AT_MOST, required=False, allow_null=True, help_text="Null: a partner enters once."
    )
    holdout_percent = serializers.IntegerField(min_value=0, max_value=HOLDOUT_AT_MOST, required=False)


class JourneyInput(EntryInput, JourneyChange):
    shown_only = ("id", "state", "version", "problem", "created_at")
    programme = IdOrKeyField(Programme.objects.visible_to, required=False, help_text="The default one when left out.")


class DraftChange(EntryInput):
    shown_only = ("version", "steps", "problems")
    first = serializers.IntegerField(min_value=1, required=False, help_text="The key of the step with which it begins.")


class StepFields(Input):
    """Each kind has fields of its own; a refusal names them."""

    name = serializers.CharField(max_length=80, help_text="A few words, as they stand in the picture.")
    announcement = IdField(Announcement.objects.visible_to, required=False, help_text="One that goes by journeys only.")
    survey = IdField(lambda user: surveys_to_choose(), required=False)
    course = serializers.CharField(max_length=60, required=False)
    text = serializers.CharField(max_length=200, required=False, help_text="What is to be done or told.")
    is_shared = serializers.BooleanField(required=False, help_text="The partner sees the task, too.")
    days = serializers.IntegerField(min_value=1, max_value=DAYS_AT_MOST, required=False, allow_null=True)
    rule = RuleField(required=False)


class StepChange(StepFields):
    shown_only = ("key", "kind")
    then = serializers.IntegerField(min_value=1, required=False, allow_null=True, help_text="A key; null: the journey ends.")
    otherwise = serializers.IntegerField(
        min_value=1, required=False, allow_null=True, help_text="Where a branch does not hold, or waiting took too long."
    )


class NewStepInput(StepFields):
    shown_only = ("key", "then", "otherwise")
    kind = serializers.ChoiceField(choices=StepKind.choices)
    after = serializers.IntegerField(
        min_value=1, required=False, allow_null=True, help_text="The key of the step that it follows; null: it is the first."
    )
    way = serializers.ChoiceField(
        choices=list(WAYS),
        required=False,
        help_text="By which way of it, `then` if left out. What followed there follows this.",
    )


class PublishInput(Input):
    under_way = serializers.ChoiceField(
        choices=(STAY, MOVE), required=False, help_text="Whether partners under way on earlier versions stay there, or move."
    )


class EndInput(Input):
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


# --- What is told ----------------------------------------------------------------------------------------------------------


class WrittenStepSerializer(serializers.ModelSerializer):
    announcement = serializers.UUIDField(source="announcement.public_id", allow_null=True, default=None)
    survey = serializers.UUIDField(source="survey.public_id", allow_null=True, default=None)
    course = serializers.CharField(read_only=True)
    text = serializers.CharField(read_only=True)
    rule = serializers.DictField(allow_null=True, help_text="As in segments.")
    then = serializers.IntegerField(source="then_key", allow_null=True)
    otherwise = serializers.IntegerField(source="else_key", allow_null=True)

    class Meta:
        model = JourneyStep
        fields = (
            "key",
            "kind",
            "name",
            "announcement",
            "survey",
            "course",
            "text",
            "is_shared",
            "days",
            "rule",
            "then",
            "otherwise",
        )
        read_only_fields = fields


class DraftSerializer(serializers.ModelSerializer):
    version = serializers.IntegerField(source="number")
    segment = serializers.UUIDField(source="segment.public_id")
    exit_segment = serializers.UUIDField(source="exit_segment.public_id", allow_null=True, default=None)
    first = serializers.IntegerField(source="first_key", allow_null=True, help_text="The key of the step with which it begins.")
    steps = serializers.SerializerMethodField()
    problems = serializers.SerializerMethodField(help_text="What keeps it from being published.")

    class Meta:
        model = JourneyVersion
        fields = ("version", "segment", "exit_segment", "again_after_days", "holdout_percent", "first", "steps", "problems")
        read_only_fields = fields

    @extend_schema_field(WrittenStepSerializer(many=True))
    def get_steps(self, version) -> list[dict]:
        return WrittenStepSerializer(steps_of(version).values(), many=True).data

    def get_problems(self, version) -> list[str]:
        return problems_of(version)


class MovedSerializer(serializers.Serializer):
    moved = serializers.IntegerField(help_text="Partners who were under way on earlier versions.")


class LeftSerializer(serializers.Serializer):
    left = serializers.IntegerField(help_text="Partners who were under way.")


class WritesJourneys:
    """Of a journey: `draft/` with its steps, `publish/`, `move/` and `end/`."""

    @extend_schema(responses={200: DraftSerializer})
    @action(detail=True, methods=["get"])
    def draft(self, request, id):
        """What is being written: who enters, the steps, and what is still missing. 404 where nothing is."""
        return self._draft(_draft_of(self.get_object()))

    @extend_schema(request=Input, responses={201: DraftSerializer})
    @draft.mapping.post
    def begin_draft(self, request, id):
        """Begin the next version as a copy of the one before."""

        def work() -> Response:
            self.parsed(Input)
            return self._draft(begin_version(self.get_object(), by=request.user), status=201)

        return once_per_key(request, work)

    @extend_schema(request=DraftChange, responses={200: DraftSerializer})
    @draft.mapping.patch
    def change_draft(self, request, id):
        """Change who enters and leaves, and with which step it begins."""
        journey = self.get_object()
        version, said = _draft_of(journey), self.parsed(DraftChange, partial=True)
        first = said.pop("first", None)
        with transaction.atomic():
            change_entry(version, by=request.user, **said)
            if first is not None:
                begin_with(version, first, by=request.user)
        return self._draft(_draft_of(journey))

    @extend_schema(request=None, responses={204: None})
    @draft.mapping.delete
    def discard_draft(self, request, id):
        """Throw the draft away; the journey goes with it where it has no other version."""
        discard_version(_draft_of(self.get_object()), by=request.user)
        return Response(status=204)

    @extend_schema(request=NewStepInput, responses={201: WrittenStepSerializer})
    @action(detail=True, methods=["post"], url_path="draft/steps")
    def new_step(self, request, id):
        """Put a step in after another: what followed there follows the new one."""

        def work() -> Response:
            version, said = _draft_of(self.get_object()), self.parsed(NewStepInput)
            place = Place(said.pop("after", None), WAYS[said.pop("way", "then")])
            step = add_step(version, by=request.user, place=place, **said)
            return Response(WrittenStepSerializer(step).data, status=201)

        return once_per_key(request, work)

    @extend_schema(methods=["PATCH"], request=StepChange, responses={200: WrittenStepSerializer})
    @extend_schema(methods=["DELETE"], request=None, responses={204: None})
    @action(detail=True, methods=["patch", "delete"], url_path="draft/steps/<int:step>")
    def step(self, request, id, step: int):
        """Change a step, also where it goes on; or take it out: what led to it leads to what followed it."""
        row = steps_of(_draft_of(self.get_object())).get(step)
        if row is None:
            raise Http404
        if request.method == "DELETE":
            remove_step(row, by=request.user)
            return Response(status=204)
        changed = change_step(row, by=request.user, **self.parsed(StepChange, partial=True))
        return Response(WrittenStepSerializer(changed).data)

    @extend_schema(request=PublishInput, responses={200: MovedSerializer})
    @action(detail=True, methods=["post"])
    def publish(self, request, id):
        """Partners enter the draft from now on, and nothing of it changes any more. What is missing is told."""

        def work() -> Response:
            version, said = _draft_of(self.get_object()), self.parsed(PublishInput)
            return Response({"moved": publish_version(version, by=request.user, **said).moved})

        return once_per_key(request, work)

    @extend_schema(request=Input, responses={200: MovedSerializer})
    @action(detail=True, methods=["post"])
    def move(self, request, id):
        """Take those who are under way on earlier versions to the one that is published."""

        def work() -> Response:
            self.parsed(Input)
            return Response({"moved": move_to_published(self.get_object(), by=request.user)})

        return once_per_key(request, work)

    @extend_schema(request=EndInput, responses={200: LeftSerializer})
    @action(detail=True, methods=["post"])
    def end(self, request, id):
        """For good: those under way leave it where they are."""

        def work() -> Response:
            said = self.parsed(EndInput)
            return Response({"left": end_journey(self.get_object(), by=request.user, **said)})

        return once_per_key(request, work)

    def _draft(self, version: JourneyVersion, status: int = 200) -> Response:
        return Response(DraftSerializer(version).data, status=status)


def _draft_of(journey: Journey) -> JourneyVersion:
    version = journey.versions.filter(published_at=None).select_related("journey", "segment", "exit_segment").first()
    if version is None:
        raise NotFound(_("Nothing is being written. A POST to “draft/” begins the next version."))
    return version
