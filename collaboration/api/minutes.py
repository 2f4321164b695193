"""What was said, decided and is to be done, and sharing it."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.idempotency import once_per_key
from accounts.api.inputs import IdField, Input
from activity.models import Task
from activity.refusals import Invalid
from collaboration.actions.minutes import LONGEST, add_action, decide, share_minutes, take_back_decision, write_minutes
from collaboration.models import Decision, Meeting
from collaboration.queries.meetings import outcome_of, partners_at
from partners.models import Partner


class DecisionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Decision
        fields = ("id", "text", "at")
        read_only_fields = fields


class ActionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    partner = serializers.SerializerMethodField(help_text="That is to do it; null where it is ours.")
    owner = serializers.EmailField(source="owner.email", allow_null=True, default=None)

    class Meta:
        model = Task
        fields = ("id", "title", "state", "partner", "owner", "due_on")
        read_only_fields = fields

    def get_partner(self, task) -> UUID | None:
        return self.context["partners"].get(task.partner_id) if task.is_shared else None


class MinutesSerializer(serializers.Serializer):
    minutes = serializers.CharField(read_only=True)
    shared_at = serializers.DateTimeField(allow_null=True)
    decisions = DecisionSerializer(many=True)
    actions = ActionSerializer(many=True)


class MinutesInput(Input):
    minutes = serializers.CharField(max_length=LONGEST, allow_blank=True)


class DecisionInput(Input):
    text = serializers.CharField(max_length=500)


class ActionInput(Input):
    title = serializers.CharField(max_length=200)
    partner = IdField(Partner.objects.visible_to, required=False, help_text="That is to do it; left out, it is ours, the host's.")
    due_on = serializers.DateField(required=False, help_text="Today or later.")


class KeepsMinutes:
    """Of a meeting: `minutes/`, `decisions/` and `actions/`."""

    @extend_schema(methods=["GET"], responses={200: MinutesSerializer})
    @extend_schema(methods=["PATCH"], request=MinutesInput, responses={200: MinutesSerializer})
    @action(detail=True, methods=["get", "patch"])
    def minutes(self, request, id):
        """What is written, decided and to be done. A PATCH writes the minutes, which are ours until they are shared."""
        meeting = self.get_object()
        if request.method == "PATCH":
            write_minutes(meeting, self.parsed(MinutesInput)["minutes"], by=request.user)
        return self._outcome(meeting)

    @extend_schema(request=None, responses={200: MinutesSerializer})
    @action(detail=True, methods=["post"], url_path="minutes/share")
    def share(self, request, id):
        """Show them to everybody who was invited, and mail them to who came or meant to."""

        def work() -> Response:
            meeting = self.get_object()
            share_minutes(meeting, by=request.user)
            return self._outcome(meeting)

        return once_per_key(request, work)

    @extend_schema(request=DecisionInput, responses={201: DecisionSerializer})
    @action(detail=True, methods=["post"])
    def decisions(self, request, id):
        """Write down a decision."""

        def work() -> Response:
            decision = decide(self.get_object(), self.parsed(DecisionInput)["text"], by=request.user)
            return Response(DecisionSerializer(decision).data, status=201)

        return once_per_key(request, work)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["delete"], url_path="decisions/<int:decision>")
    def decision(self, request, id, decision: int):
        """Take a decision out."""
        meeting = self.get_object()
        if not meeting.decisions.filter(pk=decision).exists():
            raise Http404
        take_back_decision(meeting, decision)
        return Response(status=204)

    @extend_schema(request=ActionInput, responses={201: ActionSerializer})
    @action(detail=True, methods=["post"])
    def actions(self, request, id):
        """Something that is to be done: a task, ours or of a partner that takes part, which stands in its portal, too."""

        def work() -> Response:
            meeting, said = self.get_object(), self.parsed(ActionInput)
            partner = said.get("partner")
            if partner and partner not in partners_at(meeting, request.user):
                raise Invalid(_("%(partner)s takes no part in this meeting.") % {"partner": partner}, field="partner")
            task = add_action(meeting, by=request.user, is_partners=partner is not None, **said)
            return Response(ActionSerializer(task, context=_with_partners([task])).data, status=201)

        return once_per_key(request, work)

    def _outcome(self, meeting: Meeting) -> Response:
        found = outcome_of(meeting)
        told = {
            "minutes": meeting.minutes,
            "shared_at": meeting.minutes_shared_at,
            "decisions": found.decisions,
            "actions": found.tasks,
        }
        return Response(MinutesSerializer(told, context=_with_partners(found.tasks)).data)


def _with_partners(tasks: list[Task]) -> dict:
    pks = {task.partner_id for task in tasks if task.is_shared}
    return {"partners": dict(Partner.objects.filter(pk__in=pks).values_list("pk", "public_id")) if pks else {}}
