"""What people decide about a fact or a typed row, told and given in one way for all of them."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.idempotency import once_per_key
from accounts.api.inputs import Input
from accounts.api.resources import Resource
from accounts.models import Scope
from activity.refusals import Invalid
from context.actions.verdicts import give_verdict
from context.models import ROWS, Verdict
from partners.models import Partner
from partners.visibility import hidden_from


class VerdictSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    by = serializers.EmailField(source="by.email", allow_null=True, default=None)
    evidence_file = serializers.CharField(source="evidence_file.name", allow_null=True, default=None)

    class Meta:
        model = Verdict
        fields = ("id", "kind", "comment", "evidence_file", "by", "at")
        read_only_fields = fields


class VerdictsSerializer(serializers.Serializer):
    results = VerdictSerializer(many=True, help_text="The latest first; that one counts.")


class VerdictInput(Input):
    kind = serializers.ChoiceField(choices=Verdict.Kind.choices)
    comment = serializers.CharField(max_length=500, required=False, help_text="Needed to dispute and to withdraw.")
    seen = serializers.UUIDField(
        required=False,
        allow_null=True,
        help_text="The id of the latest verdict that you know, null for none: refused where there is another.",
    )

    def validate(self, given):
        if given["kind"] != Verdict.Kind.VERIFIED and not given.get("comment", "").strip():
            raise Invalid(_("Say in a few words why; the partner and your colleagues will ask."), field="comment")
        return given


def told(verdicts) -> Response:
    """`verdicts` are those on one thing."""
    return Response({"results": VerdictSerializer(verdicts.select_related("by", "evidence_file"), many=True).data})


def decided(request, thing, verdicts, given: dict) -> Response:
    """`given` has been through `VerdictInput`; a verdict that was seen and is none of `verdicts` is taken for an old one."""
    seen = {}
    if "seen" in given:
        known = given.pop("seen")
        seen = {"seen": known and (verdicts.filter(public_id=known).first() or Verdict())}

    def answer() -> Response:
        return Response(VerdictSerializer(give_verdict(thing, by=request.user, **given, **seen)).data, status=201)

    return once_per_key(request, answer)


class RowVerdicts(Resource):
    """Verdicts on typed rows of one `kind`, told also of rows that have gone."""

    kind = ""
    scopes = {"verdicts": Scope.FACTS_READ, "decide": Scope.FACTS_WRITE}
    serializer_class = VerdictSerializer

    @property
    def permissions(self) -> dict[str, str]:
        """Who may decide about facts may decide about rows that they may see; the scope asks for the former."""
        return dict.fromkeys(self.scopes, f"partners.view_{ROWS[self.kind]._meta.model_name}")

    def rows(self, user):
        model = ROWS[self.kind]
        if not user.is_authenticated or self.kind in hidden_from(user):
            return model.ledger.none()
        return model.ledger.select_related("partner").filter(partner__in=Partner.objects.visible_to(user))

    @extend_schema(responses=VerdictsSerializer)
    def verdicts(self, request, id):
        """What was decided about a row, the latest first."""
        return told(self._on(self.get_object()))

    @extend_schema(request=VerdictInput, responses={201: VerdictSerializer})
    def decide(self, request, id):
        """Verify, dispute or withdraw a row."""
        row = self.get_object()
        return decided(request, row, self._on(row), self.parsed(VerdictInput))

    def _on(self, row):
        return Verdict.objects.filter(fact=None, row_kind=self.kind, row_id=row.pk)
