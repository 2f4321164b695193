from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import IdOrKeyFilter, YesNoFilter
from accounts.api.idempotency import once_per_key
from accounts.api.inputs import IdField, IdOrKeyField, Input, ManagerField
from accounts.api.resources import Changes, Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from activity.refusals import Invalid
from communications.actions.cadences import change_cadence, create_cadence
from communications.actions.newsletters import draft_next
from communications.api.newsletters import NewsletterSerializer
from communications.models import Cadence, Release, Topic
from communications.queries.cadences import lines_of, summaries_of
from communications.queries.portfolio import portfolio_of
from context.models import Segment
from partners.models import Programme


class CadenceSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    programme = serializers.UUIDField(source="programme.public_id")
    segment = serializers.UUIDField(source="segment.public_id")
    owner = serializers.EmailField(source="owner.email", allow_null=True, default=None)
    topic = serializers.CharField(source="topic.key", allow_null=True, default=None)
    rule_approved_by = serializers.EmailField(source="rule_approved_by.email", allow_null=True, default=None)

    class Meta:
        model = Cadence
        fields = ("id", "programme", "name", "segment", "kind", "weeks", "starts_on", "grace_days", "owner", "is_active",
                  "introduction", "topic", "items_at_most", "also_without_items", "draft_days", "send_hour", "release",
                  "least_items", "rule_approved_by", "rule_approved_at", "looked_at", "created_at")  # fmt: skip
        read_only_fields = fields


class CadenceChange(Input):
    shown_only = ("id", "created_at", "looked_at", "programme", "rule_approved_by", "rule_approved_at")

    name = serializers.CharField(max_length=120)
    segment = IdField(Segment.objects.visible_to, help_text="The id of the segment it is promised to.")
    kind = serializers.CharField(max_length=20, help_text="What is promised; a refusal names what there is.")
    weeks = serializers.IntegerField(min_value=1, max_value=52, help_text="Once in so many weeks.")
    starts_on = serializers.DateField(help_text="From which day the periods are counted.")
    grace_days = serializers.IntegerField(min_value=0, max_value=60, required=False)
    owner = ManagerField(required=False, help_text="A manager's address; the token's owner when left out.")
    is_active = serializers.BooleanField(required=False)
    introduction = serializers.CharField(max_length=20_000, allow_blank=True, required=False, help_text="Of newsletters. Markdown.")
    topic = IdOrKeyField(lambda user: Topic.objects.all(), required=False, help_text="Of newsletters: the key of a topic.")
    items_at_most = serializers.IntegerField(min_value=1, max_value=20, required=False)
    also_without_items = serializers.BooleanField(required=False)
    draft_days = serializers.IntegerField(min_value=0, max_value=30, required=False)
    send_hour = serializers.IntegerField(min_value=0, max_value=23, required=False)
    release = serializers.ChoiceField(choices=Release.choices, required=False, help_text="By a person, or by the approved rule.")
    least_items = serializers.IntegerField(min_value=1, max_value=50, required=False)


class CadenceInput(CadenceChange):
    shown_only = ("id", "created_at", "looked_at", "rule_approved_by", "rule_approved_at")

    programme = IdOrKeyField(
        Programme.objects.visible_to, required=False, help_text="The id or key of a programme; the default one when left out."
    )


class CadencePeriodSerializer(serializers.Serializer):
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    expected = serializers.IntegerField(help_text="With how many partners it was expected to be kept.")
    kept = serializers.IntegerField()
    is_running = serializers.BooleanField()


class CadenceSumSerializer(serializers.Serializer):
    partners = serializers.IntegerField()
    broken = serializers.IntegerField(help_text="With how many of them it is broken now.")
    next_due = serializers.DateField(allow_null=True)
    last_at = serializers.DateTimeField(allow_null=True)
    periods = CadencePeriodSerializer(many=True)


class CadenceCellSerializer(serializers.Serializer):
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    state = serializers.ChoiceField(choices=["kept", "missed", "open", "early"])


class CadenceStandingSerializer(serializers.Serializer):
    partner = serializers.UUIDField(source="standing.partner.public_id")
    responsible = serializers.EmailField(source="standing.responsible.email", allow_null=True, default=None)
    last_at = serializers.DateTimeField(source="standing.last_at", allow_null=True)
    due_on = serializers.DateField(source="standing.due_on")
    broken_since = serializers.DateTimeField(source="standing.broken_since", allow_null=True)
    periods = CadenceCellSerializer(many=True, source="cells")


class CadenceStandingsSerializer(serializers.Serializer):
    results = CadenceStandingSerializer(many=True)
    has_more = serializers.BooleanField()


class CadenceFilters(filters.FilterSet):
    programme = IdOrKeyFilter("programme")
    kind = filters.CharFilter()
    is_active = YesNoFilter()

    class Meta:
        model = Cadence
        fields = ()


class Cadences(Lists, Retrieves, Creates, Changes, Resource):
    """What is promised to a segment once in so many weeks, and how it was kept."""

    noun = "communications.cadence"
    read_scope = Scope.STRATEGY_READ
    write_scope = Scope.STRATEGY_WRITE
    serializer_class = CadenceSerializer
    input_class = CadenceInput
    change_class = CadenceChange
    filterset_class = CadenceFilters
    ordering_fields = ("name",)
    parameters = {"partners": ("only", "page")}
    permissions = {"draft": "communications.change_cadence"}

    def rows(self, user):
        return Cadence.objects.visible_to(user).select_related("programme", "segment", "owner", "topic", "rule_approved_by")

    def make(self, by, **fields):
        return create_cadence(by=by, **fields)

    def change(self, cadence, by, **fields):
        return change_cadence(cadence, by=by, **fields)

    @extend_schema(request=Input, responses={201: NewsletterSerializer})
    @action(detail=True, methods=["post"], filter_backends=[])
    def draft(self, request, id):
        """Draft the newsletter of this period, else that of the next, before its time."""

        def work() -> Response:
            self.parsed(Input)
            newsletter = draft_next(self.get_object(), by=request.user)
            return Response(NewsletterSerializer(newsletter).data, status=201)

        return once_per_key(request, work)

    @extend_schema(responses=CadenceSumSerializer)
    @action(detail=True)
    def standing(self, request, id):
        """How it stands among the partners that the token's owner may see, in sum and period by period."""
        [summary] = summaries_of([self.get_object()], portfolio_of(request.user))
        return Response(CadenceSumSerializer(summary).data)

    @extend_schema(
        parameters=[
            OpenApiParameter("only", str, enum=["broken"], description="Only those with whom it is broken."),
            OpenApiParameter("page", int, description="From 1 on, fifty a page."),
        ],
        responses=CadenceStandingsSerializer,
    )
    @action(detail=True, filter_backends=[], pagination_class=None)
    def partners(self, request, id):
        """How it stands with each partner, the longest due first."""
        only, number = request.query_params.get("only", ""), request.query_params.get("page", "1")
        if only not in ("", "broken"):
            raise Invalid(_("“only” may be: broken."), field="only")
        if not (number.isascii() and number.isdigit() and 1 <= int(number[:7]) <= 100_000):
            raise Invalid(_("“page” is a whole number, from 1 on."), field="page")
        lines, has_more = lines_of(self.get_object(), portfolio_of(request.user), only=only, page=int(number[:7]))
        return Response(CadenceStandingsSerializer({"results": lines, "has_more": has_more}).data)
