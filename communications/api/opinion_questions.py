"""The questions of an opinion survey, as they are written."""

from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.idempotency import once_per_key
from accounts.api.inputs import IdOrKeyField, Input
from activity.refusals import Invalid
from communications.actions.opinion_questions import (
    OPTIONS_AT_MOST,
    move_opinion_question,
    remove_opinion_question,
    save_opinion_question,
)
from communications.models import OpinionQuestion, OpinionSurvey
from context.models import DataPoint

OWN = ("kind", "wording", "options", "data_point", "is_required", "translations")


class QuestionWordsInput(Input):
    wording = serializers.CharField(max_length=300)
    options = serializers.ListField(child=serializers.CharField(max_length=120), max_length=OPTIONS_AT_MOST, required=False)


class OpinionQuestionInput(Input):
    shown_only = ("id",)
    kind = serializers.ChoiceField(choices=OpinionQuestion.Kind.choices)
    wording = serializers.CharField(max_length=300)
    options = serializers.ListField(
        child=serializers.CharField(max_length=120), max_length=OPTIONS_AT_MOST, required=False, help_text="Of a choice only."
    )
    data_point = IdOrKeyField(
        DataPoint.objects.seen_by, required=False, allow_null=True, help_text="Of a fact only: whose value is asked for."
    )
    is_required = serializers.BooleanField(required=False)
    translations = serializers.DictField(
        child=QuestionWordsInput(), required=False, help_text="By language; choices in the order of the question's own."
    )


class OpinionQuestionChange(OpinionQuestionInput):
    move = serializers.ChoiceField(choices=("up", "down"), required=False, help_text="By one place.")


class OpinionQuestionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    options = serializers.ListField(child=serializers.CharField())
    data_point = serializers.UUIDField(source="data_point.public_id", allow_null=True, default=None)
    translations = serializers.DictField()

    class Meta:
        model = OpinionQuestion
        fields = ("id", *OWN)
        read_only_fields = fields


class WritesQuestions:
    """Of an opinion survey: `questions/`."""

    @extend_schema(methods=["GET"], responses={200: OpinionQuestionSerializer(many=True)})
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def questions(self, request, id):
        """As they are written now, in their order. What is asked is the version that was opened or published last."""
        return Response(OpinionQuestionSerializer(_questions(self.get_object()), many=True).data)

    @extend_schema(request=OpinionQuestionInput, responses={201: OpinionQuestionSerializer})
    @questions.mapping.post
    def new_question(self, request, id):
        """Add a question at the end."""

        def work() -> Response:
            question = _save(self.get_object(), None, self.parsed(OpinionQuestionInput), by=request.user)
            return Response(OpinionQuestionSerializer(question).data, status=201)

        return once_per_key(request, work)

    @extend_schema(methods=["PATCH"], request=OpinionQuestionChange, responses={200: OpinionQuestionSerializer})
    @extend_schema(methods=["DELETE"], request=None, responses={204: None})
    @action(detail=True, methods=["patch", "delete"], url_path="questions/<uuid:question>", filter_backends=[])
    def question(self, request, id, question: UUID):
        """Change a question or its place, or take it out; what was answered to it stays with the versions that asked it."""
        survey = self.get_object()
        row = _questions(survey).filter(public_id=question).first()
        if row is None:
            raise Http404
        if request.method == "DELETE":
            remove_opinion_question(row, by=request.user)
            return Response(status=204)
        said = self.parsed(OpinionQuestionChange, partial=True)
        move = said.pop("move", None)
        if said:
            row = _save(survey, row, {**{name: getattr(row, name) for name in OWN}, **said}, by=request.user)
        if move:
            move_opinion_question(row, by=request.user, up=move == "up")
        return Response(OpinionQuestionSerializer(row).data)


def _questions(survey: OpinionSurvey):
    return survey.questions.select_related("data_point", "survey")


def _save(survey: OpinionSurvey, question: OpinionQuestion | None, said: dict, *, by) -> OpinionQuestion:
    try:
        return save_opinion_question(survey, by=by, question=question, **said)
    except Invalid as refusal:
        field = refusal.field if refusal.field in OWN else "translations"
        raise Invalid(str(refusal), field=field, code=refusal.code) from None
