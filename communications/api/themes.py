from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.filters import IdOrKeyFilter, YesNoFilter
from accounts.api.inputs import IdOrKeyField, Input
from accounts.api.resources import Changes, Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from communications.actions.themes import MESSAGES_AT_MOST, change_theme, create_theme
from communications.models import Theme
from partners.models import Programme


class ThemeSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    programme = serializers.UUIDField(source="programme.public_id")
    key_messages = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Theme
        fields = ("id", "programme", "name", "description", "key_messages", "is_current", "created_at")
        read_only_fields = fields


class ThemeChange(Input):
    shown_only = ("id", "created_at", "programme")

    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=4000, allow_blank=True, required=False)
    key_messages = serializers.ListField(
        child=serializers.CharField(max_length=300), max_length=MESSAGES_AT_MOST, required=False,
        help_text="What partners should remember, a sentence each.",
    )  # fmt: skip
    is_current = serializers.BooleanField(required=False)


class ThemeInput(ThemeChange):
    shown_only = ("id", "created_at")

    programme = IdOrKeyField(
        Programme.objects.visible_to, required=False, help_text="The id or key of a programme; the default one when left out."
    )


class ThemeFilters(filters.FilterSet):
    programme = IdOrKeyFilter("programme")
    name = filters.CharFilter(lookup_expr="icontains", label="Part of the name.")
    is_current = YesNoFilter()

    class Meta:
        model = Theme
        fields = ()


class Themes(Lists, Retrieves, Creates, Changes, Resource):
    """What a programme speaks about for a while, with its key messages."""

    noun = "communications.theme"
    read_scope = Scope.STRATEGY_READ
    write_scope = Scope.STRATEGY_WRITE
    serializer_class = ThemeSerializer
    input_class = ThemeInput
    change_class = ThemeChange
    filterset_class = ThemeFilters
    ordering_fields = ("name",)

    def rows(self, user):
        return Theme.objects.visible_to(user).select_related("programme")

    def make(self, by, **fields):
        return create_theme(by=by, **fields)

    def change(self, theme, by, **fields):
        return change_theme(theme, by=by, **fields)
