"""Forums of a programme, in which partners talk to each other."""

from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.filters import IdOrKeyFilter, YesNoFilter
from accounts.api.inputs import IdField, IdOrKeyField, Input
from accounts.api.resources import Changes, Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from communications.actions.forums import change_forum, create_forum
from communications.models import Forum
from context.models import Segment
from partners.actions.programmes import default_programme
from partners.models import Programme


class ForumSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    programme = serializers.UUIDField(source="programme.public_id")
    segment = serializers.UUIDField(source="segment.public_id", allow_null=True, default=None)

    class Meta:
        model = Forum
        fields = ("id", "programme", "title", "description", "segment", "is_open", "created_at")
        read_only_fields = fields


class ForumChange(Input):
    shown_only = ("id", "programme", "created_at")
    title = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=300, required=False, allow_blank=True)
    segment = IdField(
        Segment.objects.visible_to, required=False, allow_null=True, help_text="Whose people are in it; null: all in the programme."
    )
    is_open = serializers.BooleanField(required=False, help_text="A closed one can be read and not written to.")


class ForumInput(ForumChange):
    shown_only = ("id", "created_at")
    programme = IdOrKeyField(Programme.objects.visible_to, required=False, help_text="The default one when left out.")


class ForumFilters(filters.FilterSet):
    programme = IdOrKeyFilter("programme")
    is_open = YesNoFilter()

    class Meta:
        model = Forum
        fields = ()


class Forums(Lists, Retrieves, Creates, Changes, Resource):
    """Where partners talk to each other. What they write there are `discussions/`."""

    noun = "communications.forum"
    read_scope = Scope.QUESTIONS_READ
    write_scope = Scope.QUESTIONS_WRITE
    serializer_class = ForumSerializer
    input_class = ForumInput
    change_class = ForumChange
    filterset_class = ForumFilters
    ordering_fields = ("title",)

    def rows(self, user):
        return Forum.objects.visible_to(user).select_related("programme", "segment")

    def make(self, by, **fields):
        return create_forum(by=by, **{"programme": default_programme(), **fields})

    def change(self, forum, by, **fields) -> None:
        change_forum(forum, by=by, **fields)
