"""Where an enrolment stands: its tier with what is missing for the next, and its scorecards."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.resources import Resource
from accounts.models import Scope
from activity.refusals import Invalid, NotAllowed
from context.periods import period_named
from context.queries.criteria import Outcome
from context.queries.scorecards import FilledScorecard, Row, scorecards_of
from context.queries.tiers import Standing, standing_of
from partners.api.enrolments import EnrolmentSerializer
from partners.models import Enrolment
from partners.visibility import hidden_from


class OutcomeSerializer(serializers.Serializer):
    label = serializers.CharField()
    holds = serializers.BooleanField()
    words = serializers.CharField(help_text="What is asked.")
    actual = serializers.CharField(help_text="What the partner has.")


class StandingSerializer(serializers.Serializer):
    tier = serializers.CharField(allow_null=True, help_text="Key of the tier that is held.")
    earned = serializers.CharField(allow_null=True, help_text="Key of the tier that the rules would give now.")
    policy = serializers.IntegerField(allow_null=True, help_text="Version of the published tier policy; null where there is none.")
    grace_until = serializers.DateField(allow_null=True, help_text="Last day on which a tier that is no longer earned is kept.")
    fixed_until = serializers.DateField(allow_null=True, help_text="Last day of a tier that was set by hand.")
    next_tier = serializers.CharField(allow_null=True, help_text="Key of the next tier that can be earned.")
    criteria = OutcomeSerializer(many=True, help_text="What the next tier asks.")
    missing = OutcomeSerializer(many=True, help_text="Of these, what does not hold yet.")


class AmountSerializer(serializers.Serializer):
    value = serializers.DecimalField(max_digits=22, decimal_places=4, allow_null=True)
    records = serializers.IntegerField(help_text="How many performance records it was made of.")


class LineSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    label = serializers.CharField()
    metric = serializers.CharField()
    unit = serializers.CharField()
    verified = AmountSerializer()
    claimed = AmountSerializer(help_text="What nobody has verified, or somebody disputes; never added to what is verified.")
    previous = serializers.DecimalField(
        max_digits=22, decimal_places=4, allow_null=True, help_text="Verified, of the period before."
    )
    target = serializers.DecimalField(max_digits=18, decimal_places=4, allow_null=True)
    meets_target = serializers.BooleanField(allow_null=True)


class FilledScorecardSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    period = serializers.CharField(help_text="Such as 2026-10 or 2026-Q3.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    is_shared = serializers.BooleanField(help_text="The partner sees it, too.")
    lines = LineSerializer(many=True)


class ScorecardsSerializer(serializers.Serializer):
    scorecards = FilledScorecardSerializer(many=True)


PERIOD = OpenApiParameter("period", str, description="A month such as 2026-10 or a quarter such as 2026-Q3; the latest without.")


class Standings(Resource):
    noun = "partners.enrolment"
    read_scope = Scope.PARTNERS_READ
    scopes = {"tier": Scope.PARTNERS_READ, "scorecard": Scope.PARTNERS_READ}
    parameters = {"scorecard": ("period",)}
    serializer_class = EnrolmentSerializer

    def rows(self, user):
        return Enrolment.objects.visible_to(user).select_related("partner", "programme", "kind", "tier", "manager")

    @extend_schema(responses=StandingSerializer)
    @action(detail=True)
    def tier(self, request, id):
        """The tier that is held and earned, and what is missing for the next one."""
        return Response(_told(standing_of(self.get_object())))

    @extend_schema(responses=ScorecardsSerializer, parameters=[PERIOD])
    @action(detail=True)
    def scorecard(self, request, id):
        """The scorecards of this partner in this programme, each with its figures of a period."""
        enrolment, key = self.get_object(), request.query_params.get("period", "")
        if not request.user.has_perm("context.view_scorecard") or "performance" in hidden_from(request.user):
            raise NotAllowed(_("You may not see scorecards."))
        if key and not any(period_named(kind, key) for kind in ("month", "quarter")):
            raise Invalid(
                _("“%(key)s” is no period. Write a month as 2026-10, a quarter as 2026-Q3.") % {"key": key}, field="period"
            )
        cards = scorecards_of(enrolment, user=request.user, key=key)
        return Response({"scorecards": [_card(card) for card in cards]})


def _told(standing: Standing) -> dict:
    return {
        "tier": standing.held and standing.held.key,
        "earned": standing.earned and standing.earned.key,
        "policy": standing.policy and standing.policy.number,
        "grace_until": standing.grace_until,
        "fixed_until": standing.fixed_until,
        "next_tier": standing.next_tier and standing.next_tier.key,
        "criteria": [_outcome(outcome) for outcome in standing.outcomes],
        "missing": [_outcome(outcome) for outcome in standing.missing],
    }


def _outcome(outcome: Outcome) -> dict:
    return {"label": outcome.label, "holds": outcome.holds, "words": outcome.words, "actual": outcome.actual}


def _card(card: FilledScorecard) -> dict:
    return {
        "id": card.scorecard.public_id,
        "name": card.scorecard.name,
        "period": card.period.key,
        "starts_on": card.period.start,
        "ends_on": card.period.end,
        "is_shared": card.scorecard.is_shared,
        "lines": [_line(row) for row in card.rows],
    }


def _line(row: Row) -> dict:
    return LineSerializer(
        {
            "id": row.line.public_id,
            "label": str(row.line),
            "metric": row.metric.key,
            "unit": row.metric.unit,
            "verified": row.verified,
            "claimed": row.claimed,
            "previous": row.previous,
            "target": row.line.target,
            "meets_target": row.meets,
        }
    ).data
