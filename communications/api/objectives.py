from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import IdOrKeyFilter
from accounts.api.inputs import IdField, IdOrKeyField, Input, ManagerField
from accounts.api.resources import Changes, Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from activity.refusals import Refused
from communications.actions.objectives import TARGET_AT_MOST, change_objective, create_objective
from communications.models import Objective
from communications.outcomes import outcome_kinds
from communications.queries.objectives import Comparison, effect_of
from communications.queries.portfolio import portfolio_of
from context.models import Segment
from partners.models import Programme


class ObjectiveSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    programme = serializers.UUIDField(source="programme.public_id")
    owner = serializers.EmailField(source="owner.email", allow_null=True, default=None)
    segments = serializers.SerializerMethodField()

    class Meta:
        model = Objective
        fields = ("id", "programme", "name", "reason", "owner", "starts_on", "ends_on", "segments", "outcome", "parameter",
                  "target", "created_at")  # fmt: skip
        read_only_fields = fields

    def get_segments(self, objective: Objective) -> list[str]:
        return [str(segment.public_id) for segment in objective.segments.all()]


class ObjectiveChange(Input):
    shown_only = ("id", "created_at", "programme")

    name = serializers.CharField(max_length=120)
    reason = serializers.CharField(max_length=4000, allow_blank=True, required=False)
    owner = ManagerField(required=False, help_text="A manager's address; the token's owner when left out.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The last day; it counts.")
    segments = serializers.ListField(
        child=IdField(Segment.objects.visible_to), max_length=40, required=False,
        help_text="The ids of the segments it is for; none: everybody in the programme.",
    )  # fmt: skip
    outcome = serializers.CharField(max_length=40, help_text="What is counted; a refusal names what there is.")
    parameter = serializers.CharField(
        max_length=120,
        allow_blank=True,
        required=False,
        help_text="Of what: the key of a certificate, a data point or a metric, a survey's id.",
    )
    target = serializers.IntegerField(min_value=1, max_value=TARGET_AT_MOST, help_text="How many are wanted.")


class ObjectiveInput(ObjectiveChange):
    shown_only = ("id", "created_at")

    programme = IdOrKeyField(
        Programme.objects.visible_to, required=False, help_text="The id or key of a programme; the default one when left out."
    )


class EffectGroupSerializer(serializers.Serializer):
    key = serializers.CharField(help_text="reached, others, or all, which is the sum of both.")
    partners = serializers.IntegerField()
    before = serializers.IntegerField(help_text="How often, in a time as long as the period so far before it.")
    during = serializers.IntegerField(help_text="How often, in the period.")
    doers = serializers.IntegerField(help_text="Partners at which it happened in the period.")


class EffectWeekSerializer(serializers.Serializer):
    monday = serializers.DateField()
    reached = serializers.IntegerField()
    others = serializers.IntegerField()
    so_far = serializers.IntegerField()


class HeldOutSerializer(serializers.Serializer):
    words = serializers.CharField(help_text="How they were drawn.")
    written_to = serializers.IntegerField(source="written_to.of", help_text="Partners.")
    written_to_and_did = serializers.IntegerField(source="written_to.count")
    held_out = serializers.IntegerField(source="held_out.of", help_text="Partners who were not written to on purpose.")
    held_out_and_did = serializers.IntegerField(source="held_out.count")
    chance = serializers.FloatField(allow_null=True, help_text="How often equal shares would come out so far apart.")
    share_95 = serializers.ListField(
        source="share", child=serializers.FloatField(), allow_null=True,
        help_text="Where the true difference of the shares lies, 95 times in 100; null where they are too few to tell.",
    )  # fmt: skip
    means = serializers.SerializerMethodField(
        help_text="Of an outcome that is a sum: how much for each partner written to, and for each held out."
    )
    interval_95 = serializers.ListField(
        source="interval", child=serializers.FloatField(), allow_null=True,
        help_text="Where the true difference of the means lies, 95 times in 100; null where they are too few to tell.",
    )  # fmt: skip

    def get_means(self, row: Comparison) -> list[float | None] | None:
        return [mean.value for mean in row.means] if row.means else None


class EffectSerializer(serializers.Serializer):
    is_whole = serializers.BooleanField(help_text="False where only the partners of the token's owner are counted.")
    counted = serializers.IntegerField()
    target = serializers.IntegerField()
    before_from = serializers.DateField(allow_null=True, help_text="Null where nothing can have been before.")
    until = serializers.DateField()
    groups = EffectGroupSerializer(many=True)
    weeks = EffectWeekSerializer(many=True)
    comparisons = HeldOutSerializer(many=True, help_text="Against partners who were held out by lot.")


class ObjectiveFilters(filters.FilterSet):
    programme = IdOrKeyFilter("programme")
    name = filters.CharFilter(lookup_expr="icontains", label="Part of the name.")
    outcome = filters.CharFilter()

    class Meta:
        model = Objective
        fields = ()


class Objectives(Lists, Retrieves, Creates, Changes, Resource):
    """What communication is for: so many of something that can be counted, in a period, among the partners of segments."""

    noun = "communications.objective"
    read_scope = Scope.STRATEGY_READ
    write_scope = Scope.STRATEGY_WRITE
    serializer_class = ObjectiveSerializer
    input_class = ObjectiveInput
    change_class = ObjectiveChange
    filterset_class = ObjectiveFilters
    ordering_fields = ("name", "starts_on", "ends_on")

    def rows(self, user):
        return Objective.objects.visible_to(user).select_related("programme", "owner").prefetch_related("segments")

    def make(self, by, **fields):
        return create_objective(by=by, **fields)

    def change(self, objective, by, **fields):
        return change_objective(objective, by=by, **fields)

    @extend_schema(responses=EffectSerializer)
    @action(detail=True, methods=["get"])
    def effect(self, request, id):
        """What happened: before and in the period, at partners reached and at others, week by week."""
        objective = self.get_object()
        found = effect_of(objective, portfolio_of(request.user))
        if found is None:
            known = ", ".join(kind.key for kind in outcome_kinds())
            raise Refused(
                _("“%(outcome)s” is not counted here any more. Known are: %(known)s.")
                % {"outcome": objective.outcome, "known": known}
            )
        return Response(EffectSerializer(found).data)
