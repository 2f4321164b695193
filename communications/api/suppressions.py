"""Addresses that are mailed no more, and the way back. They are known by their address, which stands in a body and in no log."""

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.idempotency import once_per_key
from accounts.api.inputs import Input
from accounts.api.resources import Creates, Lists, Resource
from accounts.models import Scope
from activity.refusals import Invalid
from communications.actions.suppressions import mail_again, suppress_by_hand
from communications.models import Suppression


class SuppressionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Suppression
        fields = ("address", "source", "reason", "since")
        read_only_fields = fields


class SuppressionInput(Input):
    shown_only = ("source", "since")

    address = serializers.EmailField(max_length=254)
    reason = serializers.CharField(max_length=200, help_text="Why it is mailed no more, for whoever wonders later.")


class MailAgainInput(Input):
    address = serializers.EmailField(max_length=254)
    reason = serializers.CharField(max_length=200, help_text="Why mail can go there again; it stays on record.")


class MailedAgainSerializer(serializers.Serializer):
    address = serializers.EmailField()


class SuppressionFilters(filters.FilterSet):
    address = filters.CharFilter(lookup_expr="iexact", label="The whole address.")
    source = filters.ChoiceFilter(choices=Suppression.Source.choices)

    class Meta:
        model = Suppression
        fields = ()


class Suppressions(Lists, Creates, Resource):
    """Addresses that are mailed no more, each with the reason; newest first."""

    noun = "communications.suppression"
    read_scope = Scope.ANNOUNCEMENTS_READ
    write_scope = Scope.ANNOUNCEMENTS_WRITE
    permissions = {"mail_again": "communications.delete_suppression"}
    serializer_class = SuppressionSerializer
    input_class = SuppressionInput
    filterset_class = SuppressionFilters
    ordering = ("-id",)

    def rows(self, user):
        return Suppression.objects.all()

    def make(self, by, *, address: str, reason: str):
        return suppress_by_hand(address, by=by, reason=reason)

    @extend_schema(request=MailAgainInput, responses=MailedAgainSerializer)
    @action(detail=False, methods=["post"], url_path="mail-again", filter_backends=[], pagination_class=None)
    def mail_again(self, request):
        """Mail goes there again with the next announcement; what comes back is suppressed again."""

        def work() -> Response:
            asked = self.parsed(MailAgainInput)
            rows = self.get_queryset().filter(address=asked["address"].strip().lower())
            if not mail_again(rows, by=request.user, reason=asked["reason"]):
                raise Invalid(_("This address is not suppressed."), field="address")
            return Response({"address": asked["address"].strip().lower()})

        return once_per_key(request, work)
