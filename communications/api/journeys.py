from datetime import timedelta
from typing import ClassVar

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import IdOrKeyFilter
from accounts.api.idempotency import once_per_key
from accounts.api.inputs import Input, as_uuid
from accounts.api.resources import Changes, Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from communications.actions.journeys import change_journey, create_journey, pause_journey, resume_journey
from communications.api.journey_drafts import PERMISSIONS, PUBLISH, JourneyChange, JourneyInput, WritesJourneys
from communications.forms.journeys import DryRunForm
from communications.models import Journey, JourneyState, JourneyVersion, RunState, StepKind
from communications.queries.journey_dry_run import try_on_the_past
from communications.queries.journey_holdouts import effect_of_journey
from communications.queries.journeys import WayTold, chosen_version, journey_page, runs_of, ways_of, with_steps
from context.queries.past import KNOWN, TRUE
from partners.models import Partner


class JourneySerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    programme = serializers.UUIDField(source="programme.public_id")
    objective = serializers.UUIDField(source="objective.public_id", allow_null=True, default=None)
    owner = serializers.EmailField(source="owner.email", allow_null=True, default=None)
    version = serializers.IntegerField(source="published", help_text="The one that partners enter; 0 while none is published.")
    problem = serializers.CharField(read_only=True, help_text="What keeps it from going on; empty where nothing does.")

    class Meta:
        model = Journey
        fields = ("id", "programme", "name", "reason", "purpose", "objective", "owner", "state", "version", "problem",
                  "created_at")  # fmt: skip
        read_only_fields = fields


class TotalsSerializer(serializers.Serializer):
    under_way = serializers.IntegerField()
    finished = serializers.IntegerField()
    left = serializers.IntegerField()
    held_out = serializers.IntegerField()


class JourneyStepSerializer(serializers.Serializer):
    key = serializers.IntegerField(source="step.key", help_text="The same in all versions of the journey.")
    kind = serializers.ChoiceField(source="step.kind", choices=StepKind.choices)
    name = serializers.CharField(source="step.name")
    words = serializers.CharField(help_text="What it does.")
    here = serializers.IntegerField(help_text="Partners who are there now.")
    behind = serializers.IntegerField(help_text="Partners who have it behind them.")
    then = serializers.IntegerField(source="step.then_key", allow_null=True, help_text="The key of what follows; null: the end.")
    otherwise = serializers.IntegerField(
        source="step.else_key", allow_null=True, help_text="Where a branch does not hold, or waiting took too long."
    )


class WhereSerializer(serializers.Serializer):
    """Of the partners that the token's owner may see."""

    version = serializers.IntegerField(source="version.number")
    entry_words = serializers.CharField()
    exit_words = serializers.CharField(allow_blank=True)
    totals = TotalsSerializer()
    steps = JourneyStepSerializer(many=True, source="lines")


class JourneyEffectSerializer(serializers.Serializer):
    outcome = serializers.CharField(source="kind.key")
    went = serializers.IntegerField(source="went.of", help_text="Partners who entered.")
    went_and_did = serializers.IntegerField(source="went.count")
    held_out = serializers.IntegerField(source="held_out.of", help_text="Partners drawn by lot who did not enter.")
    held_out_and_did = serializers.IntegerField(source="held_out.count")
    interval_95 = serializers.ListField(
        source="interval", child=serializers.FloatField(), allow_null=True,
        help_text="Where the true difference of the two shares lies, 95 times in 100; null where they are too few to tell.",
    )  # fmt: skip
    chance = serializers.FloatField(allow_null=True, help_text="How often equal shares would come out so far apart.")


class RunSerializer(serializers.Serializer):
    partner = serializers.UUIDField()
    state = serializers.ChoiceField(choices=RunState.choices)
    version = serializers.IntegerField()
    step = serializers.IntegerField(allow_null=True, help_text="The key of the step.")
    since = serializers.DateTimeField()
    entered_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    why = serializers.CharField(allow_blank=True, help_text="Why it ended before the end.")


class PassSerializer(serializers.Serializer):
    step = serializers.IntegerField()
    name = serializers.CharField()
    outcome = serializers.CharField()
    at = serializers.DateTimeField()
    decided_by = serializers.ListField(child=serializers.CharField(), help_text="The conditions that decided a branch, in words.")


class WaySerializer(RunSerializer):
    passes = PassSerializer(many=True)
    asked_now = serializers.CharField(allow_blank=True, help_text="What a waiting partner still lacks.")


class TriedStepSerializer(serializers.Serializer):
    key = serializers.IntegerField(source="step.key")
    name = serializers.CharField(source="step.name")
    here = serializers.IntegerField(help_text="Partners who would be there now.")
    names = serializers.ListField(child=serializers.CharField(), help_text="A few of them.")


class DryRunSerializer(serializers.Serializer):
    """Of the partners that the token's owner may see."""

    version = serializers.IntegerField(source="version.number")
    asked = serializers.IntegerField(help_text="Partners that were looked at; of many, some that are drawn.")
    of = serializers.IntegerField(help_text="Partners there are.")
    days = serializers.ListField(child=serializers.DateField(), help_text="On which the rules were asked.")
    entered = serializers.IntegerField(help_text="The sum of finished, left and all who would be at a step.")
    finished = serializers.IntegerField()
    left = serializers.IntegerField()
    steps = TriedStepSerializer(many=True, source="lines")


class JourneyFilters(filters.FilterSet):
    programme = IdOrKeyFilter("programme")
    name = filters.CharFilter(lookup_expr="icontains", label="Part of the name.")
    state = filters.ChoiceFilter(choices=JourneyState.choices)

    class Meta:
        model = Journey
        fields = ()


class Journeys(WritesJourneys, Lists, Retrieves, Creates, Changes, Resource):
    """Steps that partners of a segment go through: written as drafts, published as versions; and who is where."""

    noun = "communications.journey"
    read_scope = Scope.STRATEGY_READ
    write_scope = Scope.STRATEGY_WRITE
    permissions: ClassVar = {**PERMISSIONS, **dict.fromkeys(("pause", "resume"), PUBLISH)}
    parameters: ClassVar[dict[str, tuple[str, ...]]] = {"partners": ("state", "page"), "why": ("partner",),
                                                  "preview": ("since", "version", "question")}  # fmt: skip
    serializer_class = JourneySerializer
    input_class = JourneyInput
    change_class = JourneyChange
    filterset_class = JourneyFilters
    ordering_fields = ("name", "created_at")

    def rows(self, user):
        return Journey.objects.visible_to(user).select_related("programme", "objective", "owner")

    def make(self, by, **fields):
        return create_journey(by=by, **fields)

    def change(self, journey, by, **fields) -> None:
        change_journey(journey, by=by, **fields)

    @extend_schema(responses=WhereSerializer)
    @action(detail=True)
    def steps(self, request, id):
        """The steps of the version that partners enter, or of the draft, with who is where."""
        version = chosen_version(self.get_object(), None)
        return Response(WhereSerializer(journey_page(version, request.user, lambda step: "")).data)

    @extend_schema(
        parameters=[
            OpenApiParameter("since", OpenApiTypes.DATE, description="A day in the past; 90 days ago when left out."),
            OpenApiParameter("version", OpenApiTypes.INT, description="Its number; as for `steps/` when left out."),
            OpenApiParameter("question", enum=[KNOWN, TRUE], description="By what was known then, or by what was true then."),
        ],
        responses=DryRunSerializer,
    )
    @action(detail=True, pagination_class=None, filterset_class=None)
    def preview(self, request, id):
        """Try it on the past: who would have entered, and where they would be now. Nothing is sent, and nobody enters."""
        journey, asked = self.get_object(), request.query_params
        form = DryRunForm(
            {"since": asked.get("since", timezone.localdate() - timedelta(days=90)), "question": asked.get("question")}
        )
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        version = _version_asked(journey, asked.get("version", ""))
        tried = try_on_the_past(
            version, form.cleaned_data["since"], user=request.user, question=form.cleaned_data["question"] or KNOWN
        )
        return Response(DryRunSerializer({**vars(tried), "version": version}).data)

    @extend_schema(responses=JourneyEffectSerializer)
    @action(detail=True)
    def effect(self, request, id):
        """What its objective counts, at those who entered and at those held out by lot."""
        found = effect_of_journey(self.get_object(), request.user)
        if found is None:
            raise serializers.ValidationError({"objective": [_("It names no objective whose outcome is counted.")]})
        return Response(JourneyEffectSerializer(found).data)

    @extend_schema(
        parameters=[
            OpenApiParameter("state", enum=RunState.values, description="All when left out."),
            OpenApiParameter("page", OpenApiTypes.INT, description="From 1 on, 500 partners each."),
        ],
        responses=RunSerializer(many=True),
    )
    @action(detail=True, pagination_class=None, filterset_class=None)
    def partners(self, request, id):
        """Which partner is where, the longest there first."""
        number = request.query_params.get("page", "1")
        page = int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 6 else 1
        first = (max(page, 1) - 1) * PARTNERS_A_PAGE
        state = request.query_params.get("state", "")
        if state and state not in RunState.values:
            raise serializers.ValidationError({"state": [_("Known are: %(known)s.") % {"known": ", ".join(RunState.values)}]})
        rows = runs_of(self.get_object(), request.user, state=state)
        return Response([_run_told(run) for run, _step in with_steps(list(rows[first : first + PARTNERS_A_PAGE]))])

    @extend_schema(
        parameters=[OpenApiParameter("partner", OpenApiTypes.UUID, required=True)],
        responses=WaySerializer(many=True),
    )
    @action(detail=True, pagination_class=None, filterset_class=None)
    def why(self, request, id):
        """Why a partner is where it is: each time it went through, the latest first, with what decided at each branch."""
        journey, public_id = self.get_object(), as_uuid(request.query_params.get("partner", ""))
        if public_id is None:
            raise serializers.ValidationError({"partner": [_("Name it by its id.")]})
        partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
        return Response([_way_told(way) for way in ways_of(journey, partner)])

    @extend_schema(request=Input, responses=JourneySerializer)
    @action(detail=True, methods=["post"])
    def pause(self, request, id):
        """Nobody enters or goes on."""
        return self._moved(pause_journey)

    @extend_schema(request=Input, responses=JourneySerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request, id):
        """Go on; whoever's time has come meanwhile goes on at once."""
        return self._moved(resume_journey)

    def _moved(self, move) -> Response:
        def work() -> Response:
            self.parsed(Input)
            journey = self.get_object()
            move(journey, by=self.request.user)
            return self.answer(journey)

        return once_per_key(self.request, work)


PARTNERS_A_PAGE = 500


def _version_asked(journey: Journey, number: str) -> JourneyVersion:
    if not number:
        return chosen_version(journey, None)
    version = chosen_version(journey, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else None
    if version is None:
        raise serializers.ValidationError({"version": [_("This journey has no such version.")]})
    return version


def _run_told(run) -> dict:
    return {
        "partner": run.partner.public_id, "state": run.state, "version": run.version.number, "step": run.step_key,
        "since": run.since, "entered_at": run.entered_at, "ended_at": run.ended_at, "why": run.why,
    }  # fmt: skip


def _way_told(way: WayTold) -> dict:
    passes = [
        {
            "step": one.step.key, "name": one.step.name, "outcome": one.outcome, "at": one.at,
            "decided_by": [words if holds else _("not: %(words)s") % {"words": words} for words, holds in one.decided],
        }
        for one in way.passes
    ]  # fmt: skip
    return {**_run_told(way.run), "passes": passes, "asked_now": way.asked_now}
