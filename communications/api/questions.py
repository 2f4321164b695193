from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import IdFilter, YesNoFilter
from accounts.api.idempotency import once_per_key
from accounts.api.inputs import Input
from accounts.api.resources import Lists, Resource, Retrieves
from accounts.models import Scope
from communications.actions.questions import ANSWER_MAX_CHARACTERS, answer_question
from communications.models import Answer, Question


class AnswerSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    by = serializers.EmailField(source="by.email", allow_null=True, default=None)

    class Meta:
        model = Answer
        fields = ("id", "text", "by", "at")
        read_only_fields = fields


class QuestionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    announcement = serializers.UUIDField(source="announcement.public_id")
    contact = serializers.UUIDField(source="contact.public_id")
    partner = serializers.UUIDField(source="partner.public_id")
    assigned_to = serializers.EmailField(source="assigned_to.email", allow_null=True, default=None)
    answers = AnswerSerializer(many=True)

    class Meta:
        model = Question
        fields = (
            "id",
            "announcement",
            "contact",
            "partner",
            "text",
            "asked_at",
            "assigned_to",
            "promised_by",
            "answered_at",
            "answers",
        )
        read_only_fields = fields


class AnswerInput(Input):
    text = serializers.CharField(max_length=ANSWER_MAX_CHARACTERS)


class QuestionFilters(filters.FilterSet):
    announcement = IdFilter("announcement")
    partner = IdFilter("partner")
    contact = IdFilter("contact")
    is_open = YesNoFilter(field_name="answered_at", lookup_expr="isnull", label="Whether it waits for an answer.")

    class Meta:
        model = Question
        fields = ()


class Questions(Lists, Retrieves, Resource):
    """What partners ask about announcements, and the answers."""

    noun = "communications.question"
    read_scope = Scope.QUESTIONS_READ
    write_scope = Scope.QUESTIONS_WRITE
    serializer_class = QuestionSerializer
    filterset_class = QuestionFilters
    ordering_fields = ("asked_at",)

    def rows(self, user):
        rows = Question.objects.visible_to(user).select_related("announcement", "contact", "partner", "assigned_to")
        return rows.prefetch_related("answers__by")

    @extend_schema(request=AnswerInput, responses={201: QuestionSerializer})
    @action(detail=True, methods=["post"], url_path="answer")
    def give_answer(self, request, id):
        """Answer it. The first answer closes it, more may follow."""

        def work() -> Response:
            text = self.parsed(AnswerInput)["text"]
            question = self.get_object()
            answer_question(question, by=request.user, text=text)
            return self.answer(question, status=201)

        return once_per_key(request, work)
