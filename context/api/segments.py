from typing import ClassVar
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.inputs import Input
from accounts.api.resources import Changes, Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from context.actions.segments import change_segment, create_segment
from context.models import Segment
from context.queries.segment_overlap import Group, overlap_of
from context.queries.segment_versions import difference_of, versions_of
from context.queries.segments import SegmentPreview, preview_segment
from context.rules import FIELDS, all_in_words, check_rule, explain
from context.rules.explaining import ExplainedNode
from context.rules.named_segments import id_of
from context.segment_uses import uses_of_segment
from partners.models import Partner

RULE_SCHEMA = {
    "type": "object",
    "description": (
        "One of: `{\"all\": [rules]}`, `{\"any\": [rules]}`, `{\"not\": rule}`, `{\"field\": …, \"op\": …, \"value\": …}`. "
        "Everyone is `{\"all\": []}`. Fields: " + ", ".join(f"`{name}`" for name in FIELDS) + "."
    ),
    "example": {"all": [{"field": "partner.country", "op": "in", "value": ["DE", "AT"]}]},
}  # fmt: skip


@extend_schema_field(RULE_SCHEMA)
class RuleField(serializers.JSONField):
    """An empty list or text must not pass for “everyone”."""

    def to_internal_value(self, data) -> dict:
        if not isinstance(data, dict):
            raise serializers.ValidationError(_("A rule is an object; see /api/docs/."))
        return data


class SegmentSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    rule = RuleField()
    contact_rule = RuleField()
    words = serializers.SerializerMethodField(help_text="The rules as a sentence.")

    class Meta:
        model = Segment
        fields = ("id", "name", "description", "rule", "contact_rule", "words", "version", "created_at", "updated_at")
        read_only_fields = fields

    def get_words(self, segment) -> str:
        return self._all_words[segment.pk]

    @property
    def _all_words(self) -> dict[int, str]:
        """Those of a whole page are said with few queries."""
        if "segment_words" not in self.context:
            rows = [self.instance] if self.parent is None else list(self.parent.instance)
            said = all_in_words([(segment.rule, segment.contact_rule) for segment in rows])
            self.context["segment_words"] = {segment.pk: words for segment, words in zip(rows, said, strict=True)}
        return self.context["segment_words"]


class RuleInput(Input):
    rule = RuleField(required=False, help_text="Partners where …; every partner when left out.")
    contact_rule = RuleField(required=False, help_text="People there who …; everyone there when left out.")


class SegmentInput(RuleInput):
    shown_only = ("id", "words", "version", "created_at", "updated_at")

    name = serializers.CharField(max_length=200, help_text="Unique.")
    description = serializers.CharField(max_length=300, allow_blank=True, required=False)


class ExampleSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class PreviewSerializer(serializers.Serializer):
    partners = serializers.IntegerField()
    people = serializers.IntegerField()
    examples = ExampleSerializer(many=True, help_text="At most ten partners, by name.")
    words = serializers.CharField()


class GroupSerializer(serializers.Serializer):
    partners = serializers.IntegerField()
    people = serializers.IntegerField()
    names = ExampleSerializer(many=True, help_text="At most twenty partners, by name.")


class OverlapSerializer(serializers.Serializer):
    only_first = GroupSerializer(help_text="In this segment and not in the other.")
    both = GroupSerializer()
    only_second = GroupSerializer(help_text="In the other and not in this one.")


class SegmentVersionSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    rule = RuleField()
    contact_rule = RuleField()
    words = serializers.CharField()
    saved_at = serializers.DateTimeField()


class DifferenceSerializer(serializers.Serializer):
    words_before = serializers.CharField()
    words_after = serializers.CharField()
    gone = GroupSerializer(help_text="Whom the older version finds today and the newer does not.")
    stayed = GroupSerializer()
    come = GroupSerializer(help_text="Whom only the newer version finds.")


class NodeSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text="all, any, not, same, segment or leaf.")
    words = serializers.CharField()
    holds = serializers.BooleanField()
    actual = serializers.CharField(help_text="What the partner has there, for a leaf.")
    parts = serializers.ListField(child=serializers.DictField(), help_text="Nodes of the same shape.")


class PersonWhySerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    holds = serializers.BooleanField()
    because = serializers.CharField()


class WhySerializer(serializers.Serializer):
    holds = serializers.BooleanField()
    because = serializers.CharField()
    tree = NodeSerializer()
    people = PersonWhySerializer(many=True)


class UseSerializer(serializers.Serializer):
    kind = serializers.CharField()
    name = serializers.CharField()


class SegmentFilters(filters.FilterSet):
    name = filters.CharFilter(lookup_expr="icontains", label="Part of the name.")

    class Meta:
        model = Segment
        fields = ()


_NUMBER = {"type": "integer", "minimum": 1, "maximum": 999_999_999}


class Segments(Lists, Retrieves, Creates, Changes, Resource):
    """Partners where …, and people there who …. Never a stored list: it is asked anew each time."""

    noun = "context.segment"
    read_scope = Scope.SEGMENTS_READ
    write_scope = Scope.SEGMENTS_WRITE
    scopes = dict.fromkeys(("preview", "preview_unsaved", "overlap", "why", "versions", "difference", "uses"), Scope.SEGMENTS_READ)
    parameters: ClassVar[dict[str, tuple[str, ...]]] = {"overlap": ("with",), "why": ("partner",), "difference": ("from", "to")}
    serializer_class = SegmentSerializer
    input_class = SegmentInput
    change_class = SegmentInput
    filterset_class = SegmentFilters
    ordering_fields = ("name", "created_at")

    def rows(self, user):
        return Segment.objects.visible_to(user)

    def make(self, by, **fields):
        return create_segment(by=by, **fields)

    def change(self, segment, by, **fields):
        return change_segment(segment, by=by, **fields)

    @extend_schema(responses=PreviewSerializer)
    @action(detail=True)
    def preview(self, request, id):
        """Whom a stored segment reaches at this moment."""
        segment = self.get_object()
        return _told(preview_segment(segment.rule, segment.contact_rule, visible_to=request.user))

    @extend_schema(request=RuleInput, responses=PreviewSerializer)
    @action(detail=False, methods=["post"], url_path="preview")
    def preview_unsaved(self, request):
        """Whom rules would reach, without saving them."""
        rules = self.parsed(RuleInput)
        check_rule(rules.get("rule"))
        check_rule(rules.get("contact_rule"), about="contact")
        return _told(preview_segment(rules.get("rule"), rules.get("contact_rule"), visible_to=request.user))

    @extend_schema(
        parameters=[OpenApiParameter("with", OpenApiTypes.UUID, required=True, description="The other segment.")],
        responses=OverlapSerializer,
    )
    @action(detail=True)
    def overlap(self, request, id):
        """Whom only this segment finds, whom only another, and whom both: partners and people."""
        other = get_object_or_404(self.rows(request.user), public_id=_id_from(request, "with"))
        found = overlap_of(self.get_object(), other, visible_to=request.user)
        return Response({group.key: _group_told(group) for group in found.groups})

    @extend_schema(
        parameters=[OpenApiParameter("partner", OpenApiTypes.UUID, required=True)],
        responses=WhySerializer,
    )
    @action(detail=True)
    def why(self, request, id):
        """Why a partner, and each person there, is in the segment or out of it."""
        segment = self.get_object()
        partners = Partner.objects.visible_to(request.user)
        partner = get_object_or_404(partners, public_id=_id_from(request, "partner"))
        told = explain(segment.rule, segment.contact_rule, partner)
        people = [
            {"id": person.contact.public_id, "name": person.contact.name, "holds": person.holds, "because": person.because}
            for person in told.people
        ]
        return Response({"holds": told.holds, "because": told.because, "tree": _node_told(told.tree), "people": people})

    @extend_schema(responses=SegmentVersionSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def versions(self, request, id):
        """The versions of its rules, the newest first, each in words."""
        rows = [(spelled.version, spelled.words) for spelled in versions_of(self.get_object())]
        return Response(
            [
                {"number": row.number, "rule": row.rule, "contact_rule": row.contact_rule, "words": words, "saved_at": row.saved_at}
                for row, words in rows
            ]
        )

    @extend_schema(
        parameters=[
            OpenApiParameter("from", _NUMBER, required=True, description="The number of the older version."),
            OpenApiParameter("to", _NUMBER, required=True, description="The number of the newer version."),
        ],
        responses=DifferenceSerializer,
    )
    @action(detail=True)
    def difference(self, request, id):
        """Who comes in and who goes out between two versions, both asked of today's partners."""
        versions = self.get_object().versions
        older, newer = (get_object_or_404(versions, number=_number_from(request, name)) for name in ("from", "to"))
        found = difference_of(older, newer, visible_to=request.user)
        groups = {name: _group_told(getattr(found, name)) for name in ("gone", "stayed", "come")}
        return Response({"words_before": found.older.words, "words_after": found.newer.words, **groups})

    @extend_schema(responses=UseSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def uses(self, request, id):
        """What relies on it, such as announcements and other segments."""
        uses = uses_of_segment(self.get_object(), request.user)
        return Response([{"kind": use.kind, "name": use.name} for use in uses])


def _id_from(request, name: str) -> UUID:
    if (public_id := id_of(request.query_params.get(name, ""))) is None:
        raise serializers.ValidationError({name: [_("Name it by its id.")]})
    return UUID(public_id)


def _number_from(request, name: str) -> int:
    text = request.query_params.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise serializers.ValidationError({name: [_("Name the version by its number.")]})
    return int(text)


def _group_told(group: Group) -> dict:
    names = [{"id": partner.public_id, "name": partner.name} for partner in group.names]
    return {"partners": group.partners, "people": group.people, "names": names}


def _node_told(node: ExplainedNode) -> dict:
    parts = [_node_told(child) for child in node.children]
    return {"kind": node.kind, "words": node.words, "holds": node.holds, "actual": node.actual, "parts": parts}


def _told(preview: SegmentPreview) -> Response:
    examples = [{"id": partner.public_id, "name": partner.name} for partner in preview.examples]
    return Response({"partners": preview.partners, "people": preview.people, "examples": examples, "words": preview.words})
