from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import IdFilter, IdOrKeyFilter, YesNoFilter
from accounts.api.idempotency import once_per_key
from accounts.api.inputs import IdField, IdOrKeyField, Input, ManagerField
from accounts.api.resources import Changes, Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from communications.actions.alerts import change_alert_rule, close_alert, create_alert_rule, judge_alert, words_of
from communications.models import Alert, AlertRule
from communications.queries.alerts import sums_of
from context.models import Segment
from partners.models import Programme


class AlertRuleSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    programme = serializers.UUIDField(source="programme.public_id")
    segment = serializers.UUIDField(source="segment.public_id", allow_null=True, default=None)
    owner = serializers.EmailField(source="owner.email", allow_null=True, default=None)

    class Meta:
        model = AlertRule
        fields = ("id", "programme", "name", "cause", "parameter", "days", "percent", "segment", "action", "within_days", "owner",
                  "drafts_notice", "notice_title", "notice_body", "is_active", "looked_at", "trouble", "created_at")  # fmt: skip
        read_only_fields = fields


class AlertRuleChange(Input):
    shown_only = ("id", "created_at", "looked_at", "trouble", "programme")

    name = serializers.CharField(max_length=120)
    cause = serializers.CharField(max_length=30, help_text="What it looks for; a refusal names what there is.")
    parameter = serializers.CharField(
        max_length=120, allow_blank=True, required=False, help_text="Of what: the key of a certificate, a data point or a metric."
    )
    days = serializers.IntegerField(min_value=1, max_value=730, required=False)
    percent = serializers.IntegerField(min_value=1, max_value=100, required=False)
    segment = IdField(Segment.objects.visible_to, required=False, allow_null=True, help_text="Null: everybody in the programme.")
    action = serializers.CharField(max_length=150, required=False, help_text="The task; what is usually done when left out.")
    within_days = serializers.IntegerField(min_value=1, max_value=180, required=False)
    owner = ManagerField(required=False, help_text="A manager's address; the token's owner when left out.")
    drafts_notice = serializers.BooleanField(required=False)
    notice_title = serializers.CharField(max_length=200, allow_blank=True, required=False)
    notice_body = serializers.CharField(max_length=20_000, allow_blank=True, required=False)
    is_active = serializers.BooleanField(required=False)


class AlertRuleInput(AlertRuleChange):
    shown_only = ("id", "created_at", "looked_at", "trouble")

    programme = IdOrKeyField(
        Programme.objects.visible_to, required=False, help_text="The id or key of a programme; the default one when left out."
    )


class UsefulnessSerializer(serializers.Serializer):
    opened = serializers.IntegerField(help_text="How many it has told of.")
    open = serializers.IntegerField()
    useful = serializers.IntegerField(source="useful.count")
    judged = serializers.IntegerField(source="useful.of")


class AlertRuleFilters(filters.FilterSet):
    programme = IdOrKeyFilter("programme")
    cause = filters.CharFilter()
    is_active = YesNoFilter()

    class Meta:
        model = AlertRule
        fields = ()


class AlertRules(Lists, Retrieves, Creates, Changes, Resource):
    """What is looked for among partners, and what is to be done where it is found."""

    noun = "communications.alertrule"
    read_scope = Scope.STRATEGY_READ
    write_scope = Scope.STRATEGY_WRITE
    serializer_class = AlertRuleSerializer
    input_class = AlertRuleInput
    change_class = AlertRuleChange
    filterset_class = AlertRuleFilters
    ordering_fields = ("name",)

    def rows(self, user):
        return AlertRule.objects.visible_to(user).select_related("programme", "segment", "owner")

    def make(self, by, **fields):
        return create_alert_rule(by=by, **fields)

    def change(self, rule, by, **fields):
        return change_alert_rule(rule, by=by, **fields)

    @extend_schema(responses=UsefulnessSerializer)
    @action(detail=True)
    def usefulness(self, request, id):
        """How often it was judged useful, among the partners that the token's owner may see."""
        [told] = sums_of([self.get_object()], request.user)
        return Response(UsefulnessSerializer(told).data)


class AlertSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    rule = serializers.UUIDField(source="rule.public_id")
    partner = serializers.UUIDField(source="partner.public_id")
    owner = serializers.EmailField(source="owner.email", allow_null=True, default=None)
    words = serializers.SerializerMethodField()
    notice = serializers.UUIDField(source="notice.public_id", allow_null=True, default=None)
    ending = serializers.CharField(read_only=True, help_text="Why it is closed; empty while it is open.")
    verdict = serializers.CharField(read_only=True, help_text="useful, not_useful, or empty.")

    class Meta:
        model = Alert
        fields = ("id", "rule", "partner", "words", "on_day", "owner", "due_on", "notice", "opened_at", "closed_at", "ending",
                  "verdict", "judged_at")  # fmt: skip
        read_only_fields = fields

    def get_words(self, alert: Alert) -> str:
        return words_of(alert)


class AlertVerdictInput(Input):
    is_useful = serializers.BooleanField(help_text="What was not useful is closed with it.")


class AlertFilters(filters.FilterSet):
    rule = IdFilter("rule")
    partner = IdFilter("partner")
    is_open = YesNoFilter(field_name="closed_at", lookup_expr="isnull")

    class Meta:
        model = Alert
        fields = ()


class Alerts(Lists, Retrieves, Resource):
    """What rules found about partners: each with who is to do what about it, by when."""

    noun = "communications.alert"
    read_scope = Scope.STRATEGY_READ
    write_scope = Scope.STRATEGY_WRITE
    serializer_class = AlertSerializer
    filterset_class = AlertFilters
    permissions = {"judge": "communications.change_alert", "close": "communications.change_alert"}
    ordering_fields = ("due_on", "opened_at")

    def rows(self, user):
        return Alert.objects.visible_to(user).select_related("rule", "partner", "owner", "notice")

    @extend_schema(request=AlertVerdictInput, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def judge(self, request, id):
        """Say whether it was useful; the last word counts."""

        def work() -> Response:
            alert = self.get_object()
            judge_alert(alert, by=request.user, **self.parsed(AlertVerdictInput))
            return self.answer(alert)

        return once_per_key(request, work)

    @extend_schema(request=None, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request, id):
        """It is done."""

        def work() -> Response:
            alert = self.get_object()
            close_alert(alert, by=request.user)
            return self.answer(alert)

        return once_per_key(request, work)
