from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.filters import IdOrKeyFilter
from accounts.api.inputs import IdOrKeyField, Input
from accounts.api.resources import Changes, Creates, Deletes, Lists, Resource, Retrieves
from accounts.models import Scope
from communications.actions.templates import change_template, create_template, delete_template
from communications.models import ContentTemplate, Kind
from partners.models import Programme


class TemplateSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    programme = serializers.UUIDField(source="programme.public_id", allow_null=True, default=None, help_text="Null: for all.")
    kind = serializers.ChoiceField(choices=Kind.choices, read_only=True)

    class Meta:
        model = ContentTemplate
        fields = ("id", "name", "kind", "language", "programme", "title", "call_to_action", "body", "updated_at")
        read_only_fields = fields


class TemplateInput(Input):
    shown_only = ("id", "updated_at")

    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=Kind.choices)
    language = serializers.CharField(max_length=16, required=False, help_text="Such as en or de; en when left out.")
    programme = IdOrKeyField(
        Programme.objects.visible_to, required=False, allow_null=True, help_text="The id or key of a programme; null: for all."
    )
    title = serializers.CharField(max_length=200, help_text="With … where the author has something to put in.")
    call_to_action = serializers.CharField(max_length=200, allow_blank=True, required=False)
    body = serializers.CharField(
        max_length=100_000, trim_whitespace=False, help_text="Markdown with its blocks, and … where something is to be put in."
    )


class TemplateFilters(filters.FilterSet):
    programme = IdOrKeyFilter("programme")
    name = filters.CharFilter(lookup_expr="icontains", label="Part of the name.")
    kind = filters.ChoiceFilter(choices=Kind.choices)
    language = filters.CharFilter(lookup_expr="iexact", label="Such as en or de.")

    class Meta:
        model = ContentTemplate
        fields = ()


class Templates(Lists, Retrieves, Creates, Changes, Deletes, Resource):
    """What a draft can begin with. A draft copies it: changing or deleting a template changes no draft."""

    noun = "communications.contenttemplate"
    read_scope = Scope.ANNOUNCEMENTS_READ
    write_scope = Scope.ANNOUNCEMENTS_WRITE
    permissions = {"destroy": "communications.delete_contenttemplate"}
    serializer_class = TemplateSerializer
    input_class = change_class = TemplateInput
    filterset_class = TemplateFilters
    ordering_fields = ("name", "kind", "updated_at")

    def rows(self, user):
        return ContentTemplate.objects.visible_to(user).select_related("programme")

    def make(self, by, **fields):
        return create_template(by=by, **fields)

    def change(self, template, by, **fields):
        return change_template(template, by=by, **fields)

    def remove(self, template, by):
        delete_template(template, by=by)
