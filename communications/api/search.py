from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.resources import Resource
from accounts.models import Scope
from activity.refusals import Invalid
from communications.actions.indexing import ANNOUNCEMENT, KNOWN_ANSWER
from search.queries.finding import find

KINDS = (ANNOUNCEMENT, KNOWN_ANSWER)  # what the scope opens
MOST = 50


class SearchResultSerializer(serializers.Serializer):
    """A text with the paragraph that answers best."""

    id = serializers.UUIDField(source="document.public_id")
    kind = serializers.ChoiceField(choices=list(KINDS), source="document.kind")
    title = serializers.CharField(source="document.title")
    address = serializers.CharField(source="document.address", help_text="Its page in the portal.")
    paragraph = serializers.IntegerField(source="number", help_text="Numbered from 1.")
    heading = serializers.CharField()
    text = serializers.CharField()
    words = serializers.FloatField(help_text="The share of the words asked for that are in it, 0 to 1.")
    meaning = serializers.FloatField(help_text="How near it is to what was meant, 1 for the same.")


class SearchResultsSerializer(serializers.Serializer):
    results = SearchResultSerializer(many=True)
    is_cut = serializers.BooleanField(help_text="More was asked than was read.")


class Search(Resource):
    noun = "communications.announcement"
    read_scope = Scope.ANNOUNCEMENTS_READ
    parameters = {"search": ("q", "kind")}
    serializer_class = SearchResultsSerializer

    @extend_schema(
        summary="Search announcements that are out, and kept answers, by words and by meaning; best first",
        parameters=[
            OpenApiParameter("q", str, required=True, description="What is looked for, in any words."),
            OpenApiParameter("kind", str, enum=list(KINDS), description="Only these."),
        ],
        responses=SearchResultsSerializer,
    )
    def search(self, request):
        kind = request.query_params.get("kind")
        if "q" not in request.query_params:
            raise Invalid(_("Say what is looked for."), field="q")
        if kind and kind not in KINDS:
            raise Invalid(_("There is no kind “%(kind)s”. Known are: %(known)s.") % {"kind": kind[:40], "known": ", ".join(KINDS)},
                          field="kind")  # fmt: skip
        found = find(request.user, request.query_params["q"], kinds=[kind] if kind else KINDS, limit=MOST)
        return Response(self.get_serializer({"results": found.passages, "is_cut": found.is_cut}).data)
