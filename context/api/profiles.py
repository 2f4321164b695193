from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.resources import Resource
from accounts.models import Scope
from activity.actions.accesses import record_access
from activity.models import Access
from activity.refusals import Invalid
from context.api.moments import moment_asked
from context.queries.as_of import PartnerThen, partner_then
from context.queries.differences import KINDS, QUESTIONS, differences_between
from context.queries.ledger_items import FACT
from context.queries.typed_rows import row_detail
from partners.api.typed_rows import CONFIDENCE
from partners.confidence import Level
from partners.models import Partner
from partners.visibility import sight_of


class ProvenSerializer(serializers.Serializer):
    """What every entry says of itself."""

    id = serializers.UUIDField()
    standing = serializers.CharField(help_text="`claim`, `verified` or `disputed`.")
    is_stale = serializers.BooleanField()
    confidence = serializers.ChoiceField(choices=Level.values, source="confidence.level", help_text=CONFIDENCE)
    source = serializers.CharField()
    method = serializers.CharField()
    observed_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    evidence = serializers.CharField()
    evidence_file = serializers.CharField(allow_null=True)


class ProfileRivalSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    value = serializers.JSONField()
    source = serializers.CharField()
    observed_at = serializers.DateTimeField()


class ProfileFactSerializer(ProvenSerializer):
    data_point = serializers.CharField()
    value = serializers.JSONField()
    unit = serializers.CharField()
    rivals = ProfileRivalSerializer(many=True, help_text="What others say instead, or have said since; nobody has decided yet.")


class ProfileRowSerializer(ProvenSerializer):
    kind = serializers.CharField(help_text="`regions`, `specialties`, `certifications`, `sites` or `performance`.")
    name = serializers.CharField()
    detail = serializers.CharField()


class ProfileSerializer(serializers.Serializer):
    partner = serializers.UUIDField()
    true_at = serializers.DateTimeField(allow_null=True)
    known_at = serializers.DateTimeField(allow_null=True)
    facts = ProfileFactSerializer(many=True)
    rows = ProfileRowSerializer(many=True)


def _moment(name: str) -> OpenApiParameter:
    words = {"true_at": "What was true then, by what is known today.", "known_at": "What was known then, right or wrong."}
    return OpenApiParameter(name, OpenApiTypes.DATETIME, description=f"{words[name]} A day means its end, in UTC.")


class ProfileToldSerializer(ProvenSerializer):
    """One of the two sides."""

    value = serializers.SerializerMethodField(help_text="Of a fact; null where it was said that there is none any more.")
    in_words = serializers.CharField()
    decided_by = serializers.CharField(help_text="Who gave the verdict, where there is one.")
    decided_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(OpenApiTypes.ANY)
    def get_value(self, told):
        return told.value if told.kind == FACT else None


class ProfileEndSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    by = serializers.CharField()
    comment = serializers.CharField()


class ProfileDifferenceSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(
        choices=list(KINDS), help_text="`judged`: the same value, as a claim, verified or disputed otherwise."
    )
    data_point = serializers.CharField(help_text="Of rows their kind, such as `sites`.")
    label = serializers.CharField()
    programme = serializers.CharField(help_text="Key of the programme whose place the value belongs to, or empty.")
    before = ProfileToldSerializer(allow_null=True)
    after = ProfileToldSerializer(allow_null=True)
    end = ProfileEndSerializer(allow_null=True, help_text="When and by whom something was withdrawn.")


class ProfileDifferencesSerializer(serializers.Serializer):
    partner = serializers.UUIDField(source="partner.public_id")
    question = serializers.ChoiceField(choices=QUESTIONS)
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    differences = ProfileDifferenceSerializer(many=True)


class PartnerProfiles(Resource):
    """What is known of a partner, now or on a day in the past."""

    noun = "context.fact"
    read_scope = Scope.FACTS_READ
    serializer_class = ProfileSerializer
    parameters = {"retrieve": QUESTIONS, "differences": ("question", "since", "until")}

    def rows(self, user):
        return Partner.objects.visible_to(user)

    def get_object(self):
        partner = super().get_object()
        record_access(partner.pk, by=self.request.user, way=Access.Way.API)
        return partner

    @extend_schema(parameters=[_moment(name) for name in QUESTIONS], responses=ProfileSerializer)
    def retrieve(self, request, id):
        """What is known of a partner, now or then."""
        partner = self.get_object()
        asked = {name: moment_asked(name, request.query_params[name]) for name in QUESTIONS if name in request.query_params}
        if len(asked) > 1:
            raise Invalid(_("Ask one question: what was true then (true_at), or what was known then (known_at)."), field="known_at")
        sight, question = sight_of(request.user), asked or {"known_at": timezone.now()}
        then = partner_then(partner, among=sight.data_points, hidden=sight.hidden, **question)
        when = {name: asked.get(name) for name in QUESTIONS}
        return Response(ProfileSerializer({"partner": partner.public_id, **when, **_told(then)}).data)

    @extend_schema(
        parameters=[
            OpenApiParameter("question", enum=QUESTIONS, description="What was true, or what was known (the default)."),
            OpenApiParameter("since", OpenApiTypes.DATETIME, required=True, description="A day means its end, in UTC."),
            OpenApiParameter("until", OpenApiTypes.DATETIME, description="The same; without it, now."),
        ],
        responses=ProfileDifferencesSerializer,
    )
    def differences(self, request, id):
        """What of it differs between two moments: added, changed, removed, or decided otherwise."""
        partner, given = self.get_object(), request.query_params
        question = given.get("question", "known_at")
        if question not in QUESTIONS:
            raise Invalid(_("Ask what was true (true_at), or what was known (known_at)."), field="question")
        since = moment_asked("since", given.get("since", ""))
        until = moment_asked("until", given["until"]) if "until" in given else timezone.now()
        sight = sight_of(request.user)
        found = differences_between(partner, since, until, question=question, among=sight.data_points, hidden=sight.hidden)
        told = {"partner": partner, "question": question, "since": since, "until": until, "differences": found}
        return Response(ProfileDifferencesSerializer(told).data)


def _told(then: PartnerThen) -> dict:
    facts = [
        {"id": fact.public_id, "data_point": fact.data_point.key, "value": fact.value, "unit": fact.data_point.unit,
         "standing": fact.standing, "rivals": fact.rivals, **_proof(fact)}
        for fact in then.facts
    ]  # fmt: skip
    rows = [
        {
            "id": row.public_id,
            "kind": row.row_kind,
            "name": str(row),
            "detail": row_detail(row),
            "standing": row.standing,
            **_proof(row),
        }
        for row in then.rows
    ]
    return {"facts": facts, "rows": rows}


def _proof(entry) -> dict:
    names = ("is_stale", "confidence", "source", "method", "observed_at", "recorded_at", "evidence")
    file = entry.evidence_file
    return {name: getattr(entry, name) for name in names} | {"evidence_file": file and file.name}
