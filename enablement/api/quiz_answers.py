"""What was answered at quizzes: each evaluated attempt, and the figures of a quiz by question."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import IdFilter, MomentFilter, YesNoFilter
from accounts.api.resources import Lists, Resource, Retrieves
from accounts.models import Scope
from activity.refusals import Invalid
from enablement.actions.attempts import questions_of
from enablement.forms.attempts import marks_shown
from enablement.models import Attempt, LessonKind, QuizQuestion
from enablement.queries.quiz_answers import RESULTS, attempts_of_quizzes, behind, items_of


class QuizGivenSerializer(serializers.Serializer):
    """`said` is in words, as the learner saw them."""

    question = serializers.UUIDField()
    text = serializers.CharField()
    said = serializers.CharField()
    result = serializers.ChoiceField(choices=RESULTS)


class QuizAttemptSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    participation = serializers.UUIDField(source="participation.public_id")
    course = serializers.UUIDField(source="participation.course.public_id")
    lesson = serializers.UUIDField(source="lesson.public_id")
    version = serializers.IntegerField(source="lesson.version.number", help_text="Of the course.")
    contact = serializers.UUIDField(source="participation.contact.public_id")
    partner = serializers.UUIDField(source="participation.contact.partner.public_id")
    score = serializers.IntegerField(help_text="Percent.")
    counts = serializers.BooleanField(help_text="No longer once another attempt was given for it.")
    answers = serializers.SerializerMethodField(help_text="In the order in which the questions were drawn.")

    class Meta:
        model = Attempt
        fields = (
            "id", "participation", "course", "lesson", "version", "contact", "partner", "number", "score", "is_passed", "counts",
            "began_at", "evaluated_at", "answers",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(QuizGivenSerializer(many=True))
    def get_answers(self, attempt: Attempt) -> list[dict]:
        questions = questions_of(attempt)
        return [
            {"question": key, "text": mark.text, "said": mark.said, "result": _result(attempt, key)}
            for key, mark in zip(questions, marks_shown(attempt, questions), strict=True)
        ]


def _result(attempt: Attempt, key: str) -> str:
    if not attempt.answers.get(key):
        return "open"
    return "right" if attempt.right.get(key) else "wrong"


class AttemptFilters(filters.FilterSet):
    """`said` and `result` are of a `question`, and find what is behind a figure of it."""

    course = filters.UUIDFilter(field_name="participation__course__public_id", label="The id of a course.")
    lesson = IdFilter("lesson")
    participation = IdFilter("participation")
    contact = filters.UUIDFilter(field_name="participation__contact__public_id", label="The id of a contact.")
    partner = filters.UUIDFilter(field_name="participation__contact__partner__public_id", label="The id of a partner.")
    is_passed = YesNoFilter(field_name="is_passed", label="Whether it reached the pass mark.")
    evaluated_after = MomentFilter(field_name="evaluated_at", lookup_expr="gte", label="Evaluated at this time or later.")
    question = filters.UUIDFilter(method="about", label="The id of a question that was drawn.")
    result = filters.ChoiceFilter(choices=[(each, each) for each in RESULTS], method="of_it", label="How that question went.")
    said = filters.CharFilter(method="of_it", label="What was answered to it, by the `key` of the figures.", max_length=200)

    class Meta:
        model = Attempt
        fields = ()

    def about(self, rows, _name, public_id):
        given = self.form.cleaned_data
        question = QuizQuestion.objects.filter(public_id=public_id).first()
        return behind(rows, question, said=given["said"], result=given["result"]) if question else rows.none()

    def of_it(self, rows, _name, _value):
        """Found with the question."""
        if not self.form.cleaned_data["question"]:
            raise Invalid(_("Say of which question."), field="question")
        return rows


class Attempts(Lists, Retrieves, Resource):
    """Attempts at quizzes that were evaluated, and what was answered in each. Those of people who were forgotten are not here."""

    noun = "enablement.course"
    read_scope = Scope.LEARNING_READ
    write_scope = Scope.LEARNING_WRITE
    serializer_class = QuizAttemptSerializer
    filterset_class = AttemptFilters

    def rows(self, user):
        rows = attempts_of_quizzes(user).select_related(
            "lesson__version", "participation__course", "participation__contact__partner"
        )
        return rows.prefetch_related("lesson__questions")


class QuizSaidSerializer(serializers.Serializer):
    key = serializers.CharField(help_text="Finds the attempts: `quiz-attempts/?question=…&said=…`.")
    words = serializers.CharField()
    is_right = serializers.BooleanField()
    count = serializers.IntegerField(help_text="In how many attempts.")
    percent = serializers.IntegerField(help_text="Of those that answered the question.")


class QuizItemSerializer(serializers.Serializer):
    """`right`, `wrong` and `open` (not answered) add up to `shown`."""

    question = serializers.UUIDField(source="question.public_id")
    kind = serializers.ChoiceField(source="question.kind", choices=QuizQuestion.Kind.choices)
    text = serializers.CharField(source="question.text")
    shown = serializers.IntegerField(help_text="In how many attempts.")
    right = serializers.IntegerField()
    wrong = serializers.IntegerField()
    open = serializers.IntegerField()
    said = QuizSaidSerializer(many=True, help_text="Of numbers and orders the most frequent twenty.")


class TellsAnswers:
    """Of a course: `lessons/<lesson>/answers/`."""

    @extend_schema(responses={200: QuizItemSerializer(many=True)})
    @action(detail=True, methods=["get"], url_path="lessons/<uuid:lesson>/answers", pagination_class=None, filter_backends=[])
    def lesson_answers(self, request, id, lesson: UUID):
        """A quiz by question: how often each was shown, right, wrong and left open, and what was answered; of the version that the
        lesson is in. 404 where it is no quiz."""
        found = self._lesson_or_404(lesson)
        if found.kind != LessonKind.QUIZ:
            raise Http404
        return Response(QuizItemSerializer(items_of(found, request.user), many=True).data)
