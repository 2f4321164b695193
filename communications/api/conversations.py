from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import IdFilter, YesNoFilter
from accounts.api.idempotency import once_per_key
from accounts.api.inputs import IdField, Input
from accounts.api.resources import Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from communications.actions.conversations import (
    MESSAGE_MAX_CHARACTERS,
    SUBJECT_MAX_CHARACTERS,
    open_conversation,
    write_message,
)
from communications.models import Conversation, ConversationFile, ConversationMessage
from partners.models import Contact


class ConversationFileSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = ConversationFile
        fields = ("id", "name", "content_type", "size")
        read_only_fields = fields


class ConversationMessageSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    by = serializers.EmailField(source="by.email", allow_null=True, default=None)
    files = ConversationFileSerializer(many=True)

    class Meta:
        model = ConversationMessage
        fields = ("id", "text", "is_managers", "by", "at", "via", "mail", "files")
        read_only_fields = fields


class ConversationSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    contact = serializers.UUIDField(source="contact.public_id")
    partner = serializers.UUIDField(source="partner.public_id")
    manager = serializers.EmailField(source="manager.email", allow_null=True, default=None)
    messages = ConversationMessageSerializer(many=True)

    class Meta:
        model = Conversation
        fields = (
            "id",
            "contact",
            "partner",
            "manager",
            "subject",
            "opened_at",
            "last_at",
            "waiting_since",
            "promised_by",
            "messages",
        )
        read_only_fields = fields


class MessageInput(Input):
    text = serializers.CharField(max_length=MESSAGE_MAX_CHARACTERS)


class ConversationInput(MessageInput):
    contact = IdField(lambda user: Contact.objects.visible_to(user))
    subject = serializers.CharField(max_length=SUBJECT_MAX_CHARACTERS)


class ConversationFilters(filters.FilterSet):
    partner = IdFilter("partner")
    contact = IdFilter("contact")
    is_answered = YesNoFilter(field_name="waiting_since", lookup_expr="isnull", label="Whether nobody waits for an answer.")

    class Meta:
        model = Conversation
        fields = ()


class Conversations(Lists, Retrieves, Creates, Resource):
    """What partners and their managers write to each other."""

    noun = "communications.conversation"
    read_scope = Scope.CONVERSATIONS_READ
    write_scope = Scope.CONVERSATIONS_WRITE
    serializer_class = ConversationSerializer
    filterset_class = ConversationFilters
    input_class = ConversationInput
    ordering_fields = ("opened_at", "last_at")

    def rows(self, user):
        rows = Conversation.objects.visible_to(user).select_related("contact", "partner", "manager")
        return rows.prefetch_related("messages__by", "messages__files")

    def make(self, by, *, contact, **fields):
        return open_conversation(contact, by=by, **fields)

    @extend_schema(request=MessageInput, responses={201: ConversationSerializer})
    @action(detail=True, methods=["post"], url_path="answer")
    def give_answer(self, request, id):
        """Write the next message, as the manager whose token it is."""

        def work() -> Response:
            text = self.parsed(MessageInput)["text"]
            conversation = self.get_object()
            write_message(conversation, by=request.user, text=text)
            return self.answer(conversation, status=201)

        return once_per_key(request, work)
