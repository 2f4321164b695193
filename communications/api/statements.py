from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import IdOrKeyFilter, YesNoFilter
from accounts.api.idempotency import once_per_key
from accounts.api.inputs import IdOrKeyField, Input
from accounts.api.resources import Changes, Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from communications.actions.corrections import draft_correction
from communications.actions.statement_checks import PHRASES_AT_MOST
from communications.actions.statements import change_statement, change_value, create_statement
from communications.api.announcements import AnnouncementSerializer
from communications.consistency.values import ValueKind
from communications.models import Statement
from communications.queries.statements import old_revisions, told_of
from partners.models import Programme


class StatementSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    programme = serializers.UUIDField(source="programme.public_id")
    mark = serializers.CharField(help_text="As texts name it.")
    text = serializers.CharField(help_text="Its value: 45.50 for a price or a percentage, 2030-05-01 for a date.")
    currency = serializers.CharField(read_only=True, help_text="Of a price.")
    words = serializers.DictField(child=serializers.CharField(), help_text="A name in other languages.")
    phrases = serializers.ListField(
        child=serializers.CharField(), help_text="How texts speak of it; its name where there are none."
    )

    class Meta:
        model = Statement
        fields = ("id", "programme", "key", "mark", "name", "kind", "text", "currency", "words", "phrases", "revision",
                  "is_current", "created_at", "changed_at")  # fmt: skip
        read_only_fields = fields


class _Words(Input):
    words = serializers.DictField(child=serializers.CharField(max_length=120), required=False, help_text="By language; of a name.")


class StatementChange(Input):
    shown_only = ("id", "programme", "key", "mark", "kind", "text", "currency", "words", "revision", "created_at", "changed_at")

    name = serializers.CharField(max_length=120)
    phrases = serializers.ListField(
        child=serializers.CharField(max_length=120), max_length=PHRASES_AT_MOST, required=False,
        help_text="How texts speak of it, in any language; its name where there are none.",
    )  # fmt: skip
    is_current = serializers.BooleanField(required=False)


class StatementInput(StatementChange, _Words):
    shown_only = ("id", "mark", "revision", "created_at", "changed_at")

    programme = IdOrKeyField(
        Programme.objects.visible_to, required=False, help_text="The id or key of a programme; the default one when left out."
    )
    kind = serializers.ChoiceField(choices=ValueKind.choices)
    text = serializers.CharField(max_length=120, help_text="45.50 for a price or a percentage, 2030-05-01 for a date.")
    currency = serializers.CharField(max_length=3, required=False, allow_blank=True, help_text="Of a price, such as EUR.")
    key = serializers.CharField(max_length=60, required=False, allow_blank=True, help_text="Made of its name when left out.")


class ValueInput(_Words):
    text = serializers.CharField(max_length=120)
    currency = serializers.CharField(max_length=3, required=False, allow_blank=True)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)
    revision = serializers.IntegerField(min_value=1, max_value=2_000_000_000, help_text="The one that was seen.")
    hold = serializers.BooleanField(required=False, help_text="Pause what is being sent at this moment; true when left out.")


class ValueAnswer(serializers.Serializer):
    statement = StatementSerializer()
    taken_back = serializers.ListField(child=serializers.UUIDField(), help_text="Announcements that are drafts again.")
    held = serializers.ListField(child=serializers.UUIDField(), help_text="Announcements that are paused.")
    closed = serializers.ListField(child=serializers.UUIDField(), help_text="Announcements that newcomers do not get any more.")
    going_on = serializers.ListField(child=serializers.UUIDField(), help_text="Announcements that go on with the old value.")


class CorrectionInput(Input):
    revisions = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2_000_000_000), required=False, max_length=500,
        help_text="Whose values the people were told; all that hold no more when left out.",
    )  # fmt: skip


class SaidSerializer(serializers.Serializer):
    language = serializers.CharField()
    text = serializers.CharField(help_text="The value.")
    currency = serializers.CharField()
    sentence = serializers.CharField()
    is_put_in = serializers.BooleanField(help_text="By its mark; false where it is written out.")


class ItemSerializer(serializers.Serializer):
    announcement = serializers.UUIDField()
    title = serializers.CharField()
    mailed = serializers.IntegerField(help_text="Mails that arrived.")
    shown = serializers.IntegerField(help_text="In the portal.")
    said = SaidSerializer(many=True)


class ToldSerializer(serializers.Serializer):
    people = serializers.IntegerField(help_text="Who got one of them at least, among the partners that the token's owner may see.")
    items = ItemSerializer(many=True)


class StatementFilters(filters.FilterSet):
    programme = IdOrKeyFilter("programme")
    name = filters.CharFilter(lookup_expr="icontains", label="Part of the name.")
    key = filters.CharFilter(label="Its key.")
    kind = filters.ChoiceFilter(choices=ValueKind.choices)
    is_current = YesNoFilter()

    class Meta:
        model = Statement
        fields = ()


class Statements(Lists, Retrieves, Creates, Changes, Resource):
    """What a programme states in many places, kept once: prices, dates, percentages, versions, names."""

    noun = "communications.statement"
    read_scope = Scope.ANNOUNCEMENTS_READ
    write_scope = Scope.ANNOUNCEMENTS_WRITE
    permissions = {"value": "communications.change_statement", "correct": "communications.add_announcement"}
    serializer_class = StatementSerializer
    input_class = StatementInput
    change_class = StatementChange
    filterset_class = StatementFilters
    ordering_fields = ("name",)

    def rows(self, user) -> QuerySet[Statement]:
        return Statement.objects.visible_to(user).select_related("programme")

    def make(self, by, **fields) -> Statement:
        return create_statement(by=by, **fields)

    def change(self, statement, by, **fields) -> Statement:
        return change_statement(statement, by=by, **fields)

    @extend_schema(request=ValueInput, responses=ValueAnswer)
    @action(detail=True, methods=["post"])
    def value(self, request, id):
        """It is something else from now on. What was submitted and is not out yet becomes a draft again."""

        def work() -> Response:
            statement = self.get_object()
            changed = change_value(statement, by=request.user, **self.parsed(ValueInput))
            found = self.get_queryset().get(pk=statement.pk)
            became = {
                name: [row.public_id for row in getattr(changed, name)] for name in ("taken_back", "held", "closed", "going_on")
            }
            return Response(ValueAnswer({"statement": found, **became}).data)

        return once_per_key(request, work)

    @extend_schema(responses=ToldSerializer)
    @action(detail=True)
    def told(self, request, id):
        """What has gone out with a value that holds no more, and how many it has reached."""
        statement = self.get_object()
        found = told_of(statement, [row.value for row in old_revisions(statement)], request.user)
        told = {"people": found.people, "items": [_as_dict(item) for item in found.items]}
        return Response(ToldSerializer(told).data)

    @extend_schema(request=CorrectionInput, responses={200: AnnouncementSerializer, 201: AnnouncementSerializer})
    @action(detail=True, methods=["post"])
    def correct(self, request, id):
        """Draft an announcement to exactly those who were told a value that holds no more; 200 with the one there is, while it has
        not gone out."""

        def work() -> Response:
            draft, is_new = draft_correction(self.get_object(), by=request.user, **self.parsed(CorrectionInput))
            return Response(AnnouncementSerializer(draft).data, status=201 if is_new else 200)

        return once_per_key(request, work)


def _as_dict(item) -> dict:
    said = [
        {"language": row.language, "text": row.text, "currency": row.currency, "sentence": row.sentence,
         "is_put_in": row.statement_id is not None}
        for row in item.mentions
    ]  # fmt: skip
    return {"announcement": item.announcement.public_id, "title": str(item.announcement), "mailed": item.mailed,
            "shown": item.shown, "said": said}  # fmt: skip
