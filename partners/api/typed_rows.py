"""What all typed rows of the API share: who sees them, where a row comes from, and how it stands."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.api.inputs import Input
from accounts.api.resources import Creates, Lists, Resource, Retrieves, Withdraws
from accounts.models import Scope
from activity.refusals import NotAllowed
from partners.models import Method, Partner
from partners.visibility import hidden_from

PROVEN = ("source", "method", "observed_at", "recorded_at", "evidence", "is_verified", "is_disputed")
SET_BY_US = ("id", "method", "recorded_at", "is_verified", "is_disputed")
SENT = {"source": "API", "method": Method.API}


class RowSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", help_text="A change makes a new row, with a new id, that follows this one.")
    partner = serializers.UUIDField(source="partner.public_id")
    is_verified = serializers.BooleanField(help_text="A claim otherwise.")
    is_disputed = serializers.BooleanField(help_text="Somebody says that it is not so.")


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

    def rows(self, user):
        if not user.is_authenticated:  # as the schema asks, without a database
            return self.model.objects.none()
        rows = self.model.objects.select_related(*self.joined).filter(partner__in=Partner.objects.visible_to(user))
        return rows.none() if self.kind in hidden_from(user) else rows

    def permit(self, by) -> None:
        if self.kind in hidden_from(by):
            raise NotAllowed(_("“%(label)s” is not yours to change.") % {"label": self.model._meta.verbose_name_plural})
