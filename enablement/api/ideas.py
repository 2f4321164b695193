from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.idempotency import once_per_key
from accounts.api.inputs import Input
from accounts.api.resources import Lists, Resource, Retrieves
from accounts.models import Scope
from enablement.actions.idea_posts import POST_MAX_CHARACTERS, write_on_idea
from enablement.actions.ideas import REASON_MAX_CHARACTERS, move_idea
from enablement.models import Idea, IdeaMove, IdeaStatus
from partners.models import Partner


class IdeaMoveSerializer(serializers.ModelSerializer):
    class Meta:
        model = IdeaMove
        fields = ("status", "reason", "at")
        read_only_fields = fields


class IdeaSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    programme = serializers.CharField(source="programme.key")
    segment = serializers.UUIDField(source="segment.public_id", allow_null=True, default=None)
    partner = serializers.SerializerMethodField(
        help_text="Whose person proposed it, where the owner of the token sees the partner."
    )
    owner = serializers.EmailField(source="owner.email", allow_null=True, default=None, help_text="In whose hands it is.")
    merged_into = serializers.UUIDField(source="merged_into.public_id", allow_null=True, default=None)
    is_hidden = serializers.SerializerMethodField()
    moves = IdeaMoveSerializer(many=True)

    class Meta:
        model = Idea
        fields = (
            "id", "programme", "segment", "title", "problem", "proposal", "hurt", "partner", "status", "status_at", "promised_by",
            "reason", "owner", "votes", "merged_into", "is_hidden", "proposed_at", "moves",
        )  # fmt: skip
        read_only_fields = fields

    def get_partner(self, row) -> str | None:
        return str(row.partner.public_id) if row.partner_id and row.partner_id in self._seen else None

    def get_is_hidden(self, row) -> bool:
        return row.hidden_at is not None

    @property
    def _seen(self) -> set[int]:
        if "partners_seen" not in self.context:
            partners = Partner.objects.visible_to(self.context["request"].user).filter(pk__in=Idea.objects.values("partner"))
            self.context["partners_seen"] = set(partners.values_list("pk", flat=True))
        return self.context["partners_seen"]


class StepInput(Input):
    status = serializers.ChoiceField(choices=IdeaStatus.choices)
    reason = serializers.CharField(max_length=REASON_MAX_CHARACTERS, required=False, allow_blank=True, default="")


class IdeaAnswerInput(Input):
    text = serializers.CharField(max_length=POST_MAX_CHARACTERS)


class IdeaFilters(filters.FilterSet):
    programme = filters.CharFilter(field_name="programme__key")
    status = filters.ChoiceFilter(choices=IdeaStatus.choices)

    class Meta:
        model = Idea
        fields = ()


class Ideas(Lists, Retrieves, Resource):
    """What partners propose, with the votes for it: for a tracker of your own, which moves an idea on as the work goes on."""

    noun = "enablement.idea"
    read_scope = Scope.QUESTIONS_READ
    write_scope = Scope.QUESTIONS_WRITE
    permissions = dict.fromkeys(("move", "give_answer"), "enablement.change_idea")
    serializer_class = IdeaSerializer
    filterset_class = IdeaFilters
    ordering_fields = ("proposed_at", "votes", "status_at")

    def rows(self, user):
        rows = Idea.objects.visible_to(user).select_related("programme", "segment", "partner", "owner", "merged_into")
        return rows.prefetch_related("moves")

    @extend_schema(request=StepInput, responses={200: IdeaSerializer})
    @action(detail=True, methods=["post"], url_path="move")
    def move(self, request, id):
        """To another status. Those who follow it are told, with the reason; one that is declined needs it."""

        def work() -> Response:
            values = self.parsed(StepInput)
            return self.answer(move_idea(self.get_object(), values["status"], by=request.user, reason=values["reason"]))

        return once_per_key(request, work)

    @extend_schema(request=IdeaAnswerInput, responses={201: IdeaSerializer})
    @action(detail=True, methods=["post"], url_path="answer")
    def give_answer(self, request, id):
        """A word of ours that everybody reads who sees the idea, as the manager whose token it is."""

        def work() -> Response:
            text = self.parsed(IdeaAnswerInput)["text"]
            idea = self.get_object()
            write_on_idea(idea, by=request.user, text=text)
            return self.answer(idea, status=201)

        return once_per_key(request, work)
