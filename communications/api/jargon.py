from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.inputs import Input
from accounts.api.resources import Changes, Creates, Deletes, Lists, Resource, Retrieves
from accounts.models import Scope
from communications.actions.jargon import delete_jargon, keep_jargon
from communications.models import JargonWord


class JargonSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = JargonWord
        fields = ("id", "word", "language", "instead")
        read_only_fields = fields


class JargonInput(Input):
    shown_only = ("id",)

    word = serializers.CharField(max_length=80, help_text="As it is written in a text.")
    language = serializers.CharField(max_length=16, required=False, help_text="Such as en or de; en when left out.")
    instead = serializers.CharField(
        max_length=120, allow_blank=True, required=False, help_text="What to write instead, or what it means."
    )


class JargonFilters(filters.FilterSet):
    word = filters.CharFilter(lookup_expr="iexact", label="The word, in capitals or not.")
    language = filters.CharFilter(lookup_expr="iexact", label="Such as en or de.")

    class Meta:
        model = JargonWord
        fields = ()


class Jargon(Lists, Retrieves, Creates, Changes, Deletes, Resource):
    """Words that partners may not know, which the composer names to whoever writes one."""

    noun = "communications.jargonword"
    read_scope = Scope.ANNOUNCEMENTS_READ
    write_scope = Scope.ANNOUNCEMENTS_WRITE
    permissions = {"destroy": "communications.delete_jargonword"}
    serializer_class = JargonSerializer
    input_class = change_class = JargonInput
    filterset_class = JargonFilters
    ordering_fields = ("word",)

    def rows(self, user):
        return JargonWord.objects.visible_to(user)

    def make(self, by, **fields):
        return keep_jargon(JargonWord(), by=by, **fields)

    def change(self, row, by, **fields):
        kept = {"word": row.word, "language": row.language, "instead": row.instead}
        return keep_jargon(row, by=by, **kept | fields)

    def remove(self, row, by):
        delete_jargon(row, by=by)
