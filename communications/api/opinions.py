from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import IdOrKeyFilter
from accounts.api.resources import Lists, Resource, Retrieves
from accounts.models import Scope
from communications.models import OpinionState, OpinionSurvey
from communications.queries.opinions import results_of


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


class OpinionSurveyFilters(filters.FilterSet):
    programme = IdOrKeyFilter("programme")
    state = filters.ChoiceFilter(choices=OpinionState.choices)

    class Meta:
        model = OpinionSurvey
        fields = ()


class OpinionSurveys(Lists, Retrieves, Resource):
    """What people were asked about their opinion. Results are the same for every reader, and never of fewer people than the
    smallest group."""

    noun = "communications.opinionsurvey"
    read_scope = Scope.QUESTIONS_READ
    permissions = dict.fromkeys(("results",), "communications.view_opinionsurvey")
    serializer_class = OpinionSurveySerializer
    filterset_class = OpinionSurveyFilters
    ordering_fields = ("title",)

    def rows(self, user):
        return OpinionSurvey.objects.visible_to(user).select_related("programme", "segment")

    @extend_schema(responses=ResultsSerializer)
    @action(detail=True, methods=["get"])
    def results(self, request, id):
        """What was answered, question by question."""
        return Response(ResultsSerializer(results_of(self.get_object())).data)
