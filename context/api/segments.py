from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.inputs import Input
from accounts.api.resources import Changes, Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from context.actions.segments import change_segment, create_segment
from context.models import Segment
from context.queries.segments import SegmentPreview, preview_segment
from context.rules import FIELDS, in_words

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
        return in_words(segment.rule, segment.contact_rule)


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


class SegmentFilters(filters.FilterSet):
    name = filters.CharFilter(lookup_expr="icontains", label="Part of the name.")

    class Meta:
        model = Segment
        fields = ()


class Segments(Lists, Retrieves, Creates, Changes, Resource):
    """Partners where …, and people there who …. Never a stored list: it is asked anew each time."""

    noun = "context.segment"
    read_scope = Scope.SEGMENTS_READ
    write_scope = Scope.SEGMENTS_WRITE
    scopes = {"preview": Scope.SEGMENTS_READ, "preview_unsaved": Scope.SEGMENTS_READ}
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
        return _told(preview_segment(rules.get("rule"), rules.get("contact_rule"), visible_to=request.user))


def _told(preview: SegmentPreview) -> Response:
    examples = [{"id": partner.public_id, "name": partner.name} for partner in preview.examples]
    return Response({"partners": preview.partners, "people": preview.people, "examples": examples, "words": preview.words})
