"""What all typed rows of the API share: who sees them, where a row comes from, and how it stands."""

from typing import Any, ClassVar

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.inputs import Input
from accounts.api.resources import Creates, Lists, Resource, Retrieves, Withdraws
from accounts.models import Scope
from activity.refusals import NotAllowed
from partners.confidence import Level, confidence_in, standing_of
from partners.models import Method, Partner
from partners.queries.typed_rows import is_stale
from partners.visibility import hidden_from, sight_of

PROVEN = ("source", "method", "observed_at", "recorded_at", "evidence", "is_verified", "is_disputed", "is_stale", "confidence")
SET_BY_US = ("id", "method", "recorded_at", "is_verified", "is_disputed", "is_stale", "confidence")
CONFIDENCE = "How sure one can be: derived from how it stands, its age, the way it came and its proof."
SENT = {"source": "API", "method": Method.API}


class RowSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", help_text="A change makes a new row, with a new id, that follows this one.")
    partner = serializers.UUIDField(source="partner.public_id")
    is_verified = serializers.BooleanField(help_text="A claim otherwise.")
    is_disputed = serializers.BooleanField(help_text="Somebody says that it is not so.")
    is_stale = serializers.SerializerMethodField()
    confidence = serializers.SerializerMethodField()

    @extend_schema_field({"type": "boolean", "description": "Older than its data point allows."})
    def get_is_stale(self, row):
        view = self.context["view"]
        return is_stale(view.kind, row.observed_at, view.sight)

    @extend_schema_field({"type": "string", "enum": Level.values, "description": CONFIDENCE})
    def get_confidence(self, row):
        stale, proof = self.get_is_stale(row), bool(row.evidence or row.evidence_file_id)
        return confidence_in(standing_of(row), is_stale=stale, method=row.method, has_proof=proof).level


class RowInput(Input):
    source = serializers.CharField(max_length=200, required=False, help_text="Where you have it from.")
    observed_at = serializers.DateTimeField(required=False, help_text="When it was so; now when left out.")
    evidence = serializers.CharField(max_length=500, allow_blank=True, required=False, help_text="An address or a reference.")


class TypedRows(Lists, Retrieves, Creates, Withdraws, Resource):
    """`kind` is the key of the data point that says who sees these rows, `joined` what is read along with them."""

    kind: str
    model: Any
    joined: ClassVar[tuple[str, ...]] = ("partner",)
    read_scope = Scope.PARTNERS_READ
    write_scope = Scope.PARTNERS_WRITE

    @property
    def permissions(self) -> dict[str, str]:
        """To withdraw a row takes what it takes on the partner's page, more than the scope alone."""
        return {"destroy": f"{self.model._meta.app_label}.delete_{self.model._meta.model_name}"}

    @cached_property
    def sight(self):
        return sight_of(self.request.user)

    def rows(self, user):
        if not user.is_authenticated:  # as the schema asks, without a database
            return self.model.objects.none()
        rows = self.model.objects.select_related(*self.joined).filter(partner__in=Partner.objects.visible_to(user))
        return rows.none() if self.kind in hidden_from(user) else rows

    def permit(self, by) -> None:
        if self.kind in hidden_from(by):
            raise NotAllowed(_("“%(label)s” is not yours to change.") % {"label": self.model._meta.verbose_name_plural})
