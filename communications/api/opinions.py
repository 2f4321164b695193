"""Opinion surveys as integrators write, open, follow and close them."""

from typing import ClassVar

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import IdOrKeyFilter
from accounts.api.idempotency import once_per_key
from accounts.api.inputs import IdField, IdOrKeyField, Input
from accounts.api.resources import Changes, Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from activity.refusals import Invalid
from communications.actions.opinion_languages import set_opinion_languages
from communications.actions.opinions import (
    OUTCOMES_AT_MOST,
    change_opinion_survey,
    close_opinion_survey,
    create_opinion_survey,
    open_opinion_survey,
    publish_changed_questions,
    remind_of_opinion,
    save_outcomes,
    tell_outcomes,
)
from communications.api.opinion_questions import WritesQuestions
from communications.models import Cut, OpinionState, OpinionSurvey
from communications.queries.opinions import results_of
from context.models import Segment
from partners.actions.programmes import default_programme
from partners.models import Programme

NOUN = "opinionsurvey"


class OpinionSurveySerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    programme = serializers.UUIDField(source="programme.public_id")
    segment = serializers.UUIDField(source="segment.public_id", allow_null=True, default=None)
    languages = serializers.SerializerMethodField(help_text="In which it is asked, its own first.")
    cut = serializers.CharField(read_only=True, help_text="What the results are shown apart by; empty: nothing.")

    class Meta:
        model = OpinionSurvey
        fields = (
            "id", "programme", "segment", "title", "intro", "is_anonymous", "cut", "smallest_group", "answer_by", "state",
            "languages", "version", "opened_at", "closed_at", "told_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_languages(self, survey) -> list[str]:
        return [survey.language, *survey.translations]


class BarSerializer(serializers.Serializer):
    label = serializers.CharField()
    also = serializers.CharField(read_only=True, help_text="As the other languages say it.")
    people = serializers.IntegerField()


class NpsSerializer(serializers.Serializer):
    score = serializers.IntegerField(help_text="From -100 to 100.")
    promoters = serializers.IntegerField()
    passives = serializers.IntegerField()
    detractors = serializers.IntegerField()


class PartSerializer(serializers.Serializer):
    name = serializers.CharField(read_only=True, help_text="The group; the whole has no name.")
    people = serializers.IntegerField()
    bars = BarSerializer(many=True)
    nps = NpsSerializer(allow_null=True)
    mean = serializers.FloatField(allow_null=True)


class ResultSerializer(serializers.Serializer):
    wording = serializers.CharField()
    also = serializers.DictField(child=serializers.CharField(), help_text="The wording in the other languages, by their names.")
    kind = serializers.CharField()
    versions = serializers.CharField(read_only=True, help_text="In which versions it was asked so; empty: in all of them.")
    answered = serializers.IntegerField(help_text="0 where too few answered to show it.")
    whole = PartSerializer(allow_null=True)
    parts = PartSerializer(many=True)
    texts = serializers.ListField(child=serializers.CharField())


class ResultsSerializer(serializers.Serializer):
    asked = serializers.IntegerField()
    answered = serializers.IntegerField()
    hidden_because = serializers.CharField(read_only=True, help_text="Why nothing is shown; empty where it is.")
    results = ResultSerializer(many=True)


class OpinionChange(Input):
    shown_only = (
        "id", "smallest_group", "state", "languages", "version", "opened_at", "closed_at", "told_at",
    )  # fmt: skip
    programme = IdOrKeyField(Programme.objects.visible_to, required=False, help_text="The default one when left out.")
    title = serializers.CharField(max_length=160)
    intro = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    segment = IdField(Segment.objects.visible_to, required=False, help_text="Its people are asked, as they are when it is opened.")
    is_anonymous = serializers.BooleanField(required=False, help_text="Yes, when left out. It stays once it is open.")
    cut = serializers.ChoiceField(choices=Cut.choices, required=False, allow_blank=True)
    answer_by = serializers.DateField(required=False, allow_null=True, help_text="It closes at the end of that day.")


class LanguageWordsInput(Input):
    title = serializers.CharField(max_length=160)
    intro = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class LanguagesInput(Input):
    language = serializers.CharField(max_length=16, help_text="In which the survey itself is written.")
    translations = serializers.DictField(child=LanguageWordsInput(), help_text="Title and introduction, by language; all of them.")


class OutcomeLine(Input):
    said = serializers.CharField(max_length=300)
    did = serializers.CharField(max_length=500)


class OutcomesInput(Input):
    outcomes = serializers.ListField(child=OutcomeLine(), max_length=OUTCOMES_AT_MOST, help_text="The whole list anew.")


class OutcomeLineSerializer(serializers.Serializer):
    said = serializers.CharField()
    did = serializers.CharField()


class OpinionOutcomesSerializer(serializers.Serializer):
    outcomes = OutcomeLineSerializer(many=True)


class PeopleSerializer(serializers.Serializer):
    people = serializers.IntegerField(help_text="How many are asked, or reminded.")


class OpinionSurveyFilters(filters.FilterSet):
    programme = IdOrKeyFilter("programme")
    state = filters.ChoiceFilter(choices=OpinionState.choices)

    class Meta:
        model = OpinionSurvey
        fields = ()


class OpinionSurveys(WritesQuestions, Lists, Retrieves, Creates, Changes, Resource):
    """What people are asked about their opinion: written, opened, closed, and what was done about it told. Results are the same for
    every reader, and never of fewer people than the smallest group."""

    noun = "communications.opinionsurvey"
    read_scope = Scope.QUESTIONS_READ
    write_scope = Scope.QUESTIONS_WRITE
    input_class = change_class = OpinionChange
    permissions: ClassVar = {
        **dict.fromkeys(("results", "questions", "outcomes"), f"communications.view_{NOUN}"),
        **dict.fromkeys(
            ("new_question", "question", "set_languages", "open", "publish", "close", "remind", "set_outcomes", "tell"),
            f"communications.change_{NOUN}",
        ),
    }
    serializer_class = OpinionSurveySerializer
    filterset_class = OpinionSurveyFilters
    ordering_fields = ("title",)

    def rows(self, user):
        return OpinionSurvey.objects.visible_to(user).select_related("programme", "segment")

    def make(self, by, **fields):
        return create_opinion_survey(by=by, **{"programme": default_programme(), **fields})

    def change(self, survey, by, **fields) -> None:
        change_opinion_survey(survey, by=by, **fields)

    @extend_schema(request=LanguagesInput, responses={200: OpinionSurveySerializer})
    @action(detail=True, methods=["post"], url_path="languages")
    def set_languages(self, request, id):
        """In which languages it asks. The questions' own words in them are written with each question."""
        return self._moved(request, lambda survey: _set_languages(survey, by=request.user, **self.parsed(LanguagesInput)))

    @extend_schema(request=Input, responses={200: PeopleSerializer})
    @action(detail=True, methods=["post"])
    def open(self, request, id):
        """Ask everybody who is in the segment now, can sign in and was not asked lately."""
        return self._counted(request, open_opinion_survey)

    @extend_schema(request=Input, responses={200: OpinionSurveySerializer})
    @action(detail=True, methods=["post"])
    def publish(self, request, id):
        """Of one that is open: from now on the questions are asked as they are written now."""
        self.parsed(Input)
        return self._moved(request, lambda survey: publish_changed_questions(survey, by=request.user))

    @extend_schema(request=Input, responses={200: OpinionSurveySerializer})
    @action(detail=True, methods=["post"])
    def close(self, request, id):
        """For good: nobody is asked any more."""
        self.parsed(Input)
        return self._moved(request, lambda survey: close_opinion_survey(survey, by=request.user))

    @extend_schema(request=Input, responses={200: PeopleSerializer})
    @action(detail=True, methods=["post"])
    def remind(self, request, id):
        """Mail those who have not answered once more, and not a third time."""
        return self._counted(request, remind_of_opinion)

    @extend_schema(responses={200: OpinionOutcomesSerializer})
    @action(detail=True, methods=["get"], filter_backends=[])
    def outcomes(self, request, id):
        """What people said, and what was done about it."""
        return self._outcomes(self.get_object())

    @extend_schema(request=OutcomesInput, responses={200: OpinionOutcomesSerializer})
    @outcomes.mapping.post
    def set_outcomes(self, request, id):
        """Write them down. They are shown to those who were asked by `tell/`."""

        def work() -> Response:
            survey, lines = self.get_object(), self.parsed(OutcomesInput)["outcomes"]
            save_outcomes(survey, [(line["said"], line["did"]) for line in lines], by=request.user)
            return self._outcomes(survey)

        return once_per_key(request, work)

    @extend_schema(request=Input, responses={200: OpinionSurveySerializer})
    @action(detail=True, methods=["post"])
    def tell(self, request, id):
        """Show what was done to those who were asked, in their portal."""
        self.parsed(Input)
        return self._moved(request, lambda survey: tell_outcomes(survey, by=request.user))

    @extend_schema(responses=ResultsSerializer)
    @action(detail=True, methods=["get"])
    def results(self, request, id):
        """What was answered, question by question."""
        return Response(ResultsSerializer(results_of(self.get_object())).data)

    def _outcomes(self, survey: OpinionSurvey) -> Response:
        return Response(OpinionOutcomesSerializer({"outcomes": survey.outcomes.all()}).data)

    def _counted(self, request, move) -> Response:
        def work() -> Response:
            self.parsed(Input)
            return Response({"people": move(self.get_object(), by=request.user)})

        return once_per_key(request, work)

    def _moved(self, request, move) -> Response:
        def work() -> Response:
            survey = self.get_object()
            move(survey)
            return self.answer(survey)

        return once_per_key(request, work)


def _set_languages(survey: OpinionSurvey, *, by, language: str, translations: dict) -> None:
    try:
        set_opinion_languages(survey, by=by, language=language, translations=translations)
    except Invalid as refusal:
        field = "language" if refusal.field == "language" else "translations"
        raise Invalid(str(refusal), field=field, code=refusal.code) from None
