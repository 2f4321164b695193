from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import IdFilter, YesNoFilter
from accounts.api.idempotency import once_per_key
from accounts.api.inputs import IdField, IdOrKeyField, Input, TimeField
from accounts.api.resources import Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from activity.actions.accesses import record_access_to
from activity.models import Access
from activity.refusals import Invalid, in_row
from context.actions.facts import record_fact, record_fact_rows
from context.api.verdicts import VerdictInput, VerdictSerializer, VerdictsSerializer, decided, told
from context.models import DataPoint, Fact, Verdict
from context.queries.fact_list import CLAIM, with_age, with_standing
from context.queries.facts import freshness_of
from context.queries.review_queue import KINDS_OF_FACTS
from partners.api.typed_rows import CONFIDENCE
from partners.confidence import Level, confidence_in
from partners.models import Method, Partner, Programme

MOST_AT_ONCE = 500
STANDINGS = [CLAIM, *Verdict.Kind.values]


class FactSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    partner = serializers.UUIDField(source="partner.public_id")
    data_point = serializers.CharField(source="data_point.key", help_text="Its key.")
    unit = serializers.CharField(source="data_point.unit", help_text="Empty where it has none.")
    standing = serializers.SerializerMethodField()
    is_stale = serializers.SerializerMethodField()
    confidence = serializers.SerializerMethodField()
    asserted_by = serializers.EmailField(source="asserted_by.email", allow_null=True, default=None)
    evidence_file = serializers.CharField(source="evidence_file.name", allow_null=True, default=None)
    programme = serializers.UUIDField(source="programme.public_id", allow_null=True, default=None)
    contact = serializers.UUIDField(source="contact.public_id", allow_null=True, default=None)

    class Meta:
        model = Fact
        fields = ("id", "partner", "data_point", "value", "unit", "standing", "is_stale", "confidence", "source", "method",
                  "asserted_by", "observed_at", "recorded_at", "evidence", "evidence_file", "programme", "contact")  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "string", "enum": STANDINGS, "description": "A claim, or the verdict that counts."})
    def get_standing(self, fact):
        latest = next(iter(fact.verdicts.all()), None)
        return latest.kind if latest else CLAIM

    @extend_schema_field({"type": "string", "enum": Level.values, "description": CONFIDENCE})
    def get_confidence(self, fact):
        proof = bool(fact.evidence or fact.evidence_file_id)
        stale = self.get_is_stale(fact)
        return confidence_in(self.get_standing(fact), is_stale=stale, method=fact.method, has_proof=proof).level

    @extend_schema_field({"type": "boolean", "description": "Older than its data point allows."})
    def get_is_stale(self, fact):
        point = fact.data_point
        return point.stale_after_days is not None and fact.observed_at < timezone.now() - freshness_of(point)


class FactInput(Input):
    shown_only = ("id", "standing", "is_stale", "confidence", "method", "asserted_by", "recorded_at", "evidence_file", "contact")

    partner = IdField(Partner.objects.visible_to, help_text="The id of a partner.")
    data_point = IdOrKeyField(DataPoint.objects.seen_by, help_text="The id or key of a data point.")
    value = serializers.JSONField(help_text="Of the data point's type; sets as a list, dates as ISO 8601.")
    unit = serializers.CharField(max_length=20, required=False, help_text="Refused where it is not the data point's.")
    source = serializers.CharField(max_length=200, help_text="Where it comes from.")
    observed_at = TimeField(required=False, help_text="When it was so, with an offset; now when left out, never in the future.")
    evidence = serializers.CharField(max_length=500, required=False, allow_blank=True, help_text="An address or a reference.")
    programme = IdOrKeyField(
        Programme.objects.visible_to, required=False, help_text="Where it holds in one programme only: its id or key."
    )

    def validate(self, given):
        unit, point = given.pop("unit", None), given["data_point"]
        if unit is not None and unit != point.unit:
            words = {"label": point, "unit": point.unit or _("no unit"), "given": unit}
            raise Invalid(_("“%(label)s” is kept in %(unit)s, not in %(given)s.") % words, field="unit")
        return given

    def validate_observed_at(self, moment):
        if moment.tzinfo is None:
            raise serializers.ValidationError(_("Write the time with an offset, such as 2031-03-09T09:00:00+01:00."))
        return moment


class FactRows(serializers.ListSerializer):
    """A refusal names the row it is about."""

    def to_internal_value(self, data):
        self.number = 0
        return super().to_internal_value(data)

    def run_child_validation(self, data):
        self.number += 1
        with in_row("facts", self.number):
            return super().run_child_validation(data)


class FactsInput(Input):
    facts = FactRows(child=FactInput(), help_text=f"At least one, at most {MOST_AT_ONCE}.")

    def validate_facts(self, rows):
        if not 1 <= len(rows) <= MOST_AT_ONCE:
            words = {"most": MOST_AT_ONCE, "count": len(rows)}
            raise Invalid(_("Send at least one fact and at most %(most)d at once; these are %(count)d.") % words, field="facts")
        return rows


class FactsSerializer(serializers.Serializer):
    ids = serializers.ListField(child=serializers.UUIDField(), help_text="Of the facts, in the order they were sent.")


class FactFilters(filters.FilterSet):
    partner = IdFilter("partner")
    data_point = filters.CharFilter(field_name="data_point__key", label="Key of a data point.")
    standing = filters.ChoiceFilter(choices=[(each, each) for each in STANDINGS], method="stands", label="How it stands.")
    waits = filters.ChoiceFilter(choices=[(each, each) for each in KINDS_OF_FACTS], method="wait", label="For a manager to decide.")
    is_stale = YesNoFilter(method="aged", label="Whether it is older than its data point allows.")

    class Meta:
        model = Fact
        fields = ()

    def stands(self, facts, _name: str, standing: str):
        return with_standing(facts, standing)

    def wait(self, facts, _name: str, queue: str):
        return facts.filter(waiting__kind__in=KINDS_OF_FACTS[queue])

    def aged(self, facts, _name: str, answer: str):
        return with_age(facts, is_stale=answer == "true")


class Facts(Lists, Retrieves, Creates, Resource):
    """The ledger: what was said of partners, claims and verified apart. Facts are added, never changed."""

    noun = "context.fact"
    read_scope = Scope.FACTS_READ
    write_scope = Scope.FACTS_WRITE
    scopes = {"verdicts": Scope.FACTS_READ, "decide": Scope.FACTS_WRITE, "batch": Scope.FACTS_WRITE}
    serializer_class = FactSerializer
    input_class = FactInput
    filterset_class = FactFilters

    def rows(self, user):
        facts = Fact.objects.visible_to(user).prefetch_related("verdicts")
        return facts.select_related("partner", "data_point", "asserted_by", "evidence_file", "programme", "contact")

    def get_object(self):
        fact = super().get_object()
        self._record_access(fact)
        return fact

    def paginate_queryset(self, queryset):
        page = super().paginate_queryset(queryset)
        self._record_access(*page)
        return page

    def _record_access(self, *facts: Fact) -> None:
        looked_at = ((fact.partner_id, fact.data_point.key) for fact in facts)
        record_access_to(looked_at, by=self.request.user, way=Access.Way.API)

    def make(self, by, *, partner, data_point, value, **fields):
        return record_fact(partner, data_point, value, method=Method.API, by=by, **fields)

    @extend_schema(request=FactsInput, responses={201: FactsSerializer})
    @action(detail=False, methods=["post"])
    def batch(self, request):
        """Record many facts at once: all of them, or none where one is refused."""
        return once_per_key(request, lambda: self._record_all(request))

    def _record_all(self, request):
        facts = record_fact_rows(self.parsed(FactsInput)["facts"], method=Method.API, by=request.user)
        return Response({"ids": [fact.public_id for fact in facts]}, status=201)

    @extend_schema(responses=VerdictsSerializer)
    @action(detail=True)
    def verdicts(self, request, id):
        """What was decided about a fact, the latest first."""
        return told(self.get_object().verdicts)

    @extend_schema(request=VerdictInput, responses={201: VerdictSerializer})
    @verdicts.mapping.post
    def decide(self, request, id):
        """Verify, dispute or withdraw a fact."""
        fact = self.get_object()
        return decided(request, fact, fact.verdicts, self.parsed(VerdictInput))
