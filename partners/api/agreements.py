from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.filters import IdFilter, IdOrKeyFilter
from accounts.api.inputs import IdField, Input, KeyField
from accounts.api.resources import Changes, Creates, Lists, Resource, Retrieves, Withdraws
from accounts.models import Scope
from activity.refusals import NotAllowed
from partners.actions.agreements import LONGEST_NOTICE, add_agreement, change_agreement, end_agreement
from partners.models import Method, Partner, PartnerAgreement, Programme
from partners.visibility import hidden_from


class AgreementSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", help_text="A change makes a new row, with a new id, that follows this one.")
    partner = serializers.UUIDField(source="partner.public_id")
    programme = serializers.CharField(
        source="programme.key", allow_null=True, default=None, help_text="Key; null where it is for all programmes."
    )
    notice_by = serializers.DateField(allow_null=True, read_only=True, help_text="The last day to renew or to end it.")
    is_verified = serializers.BooleanField(help_text="A claim otherwise.")

    class Meta:
        model = PartnerAgreement
        fields = ("id", "partner", "programme", "kind", "title", "signed_on", "effective_on", "expires_on", "notice_days",
                  "notice_by", "source", "method", "observed_at", "recorded_at", "evidence", "is_verified")  # fmt: skip
        read_only_fields = fields


class AgreementChange(Input):
    shown_only = ("id", "partner", "method", "recorded_at", "is_verified", "notice_by")

    title = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=PartnerAgreement.Kind.choices, required=False)
    programme = KeyField(Programme.objects.all, allow_null=True, required=False, help_text="Key of a programme.")
    signed_on = serializers.DateField(allow_null=True, required=False)
    effective_on = serializers.DateField(allow_null=True, required=False, help_text="From when on it holds.")
    expires_on = serializers.DateField(allow_null=True, required=False)
    notice_days = serializers.IntegerField(
        min_value=0, max_value=LONGEST_NOTICE, allow_null=True, required=False,
        help_text="How many days before it expires it is renewed or ended.",
    )  # fmt: skip
    source = serializers.CharField(max_length=200, required=False, help_text="Where you have it from.")
    observed_at = serializers.DateTimeField(required=False, help_text="When it was so; now when left out.")
    evidence = serializers.CharField(max_length=500, allow_blank=True, required=False, help_text="An address or a reference.")


class AgreementInput(AgreementChange):
    shown_only = ("id", "method", "recorded_at", "is_verified", "notice_by")

    partner = IdField(Partner.objects.visible_to)


class AgreementFilters(filters.FilterSet):
    partner = IdFilter("partner")
    programme = IdOrKeyFilter("programme")
    kind = filters.ChoiceFilter(choices=PartnerAgreement.Kind.choices)
    expires_before = filters.DateFilter(field_name="expires_on", lookup_expr="lt", label="Expires before this day.")

    class Meta:
        model = PartnerAgreement
        fields = ()


class Agreements(Lists, Retrieves, Creates, Changes, Withdraws, Resource):
    """What was agreed with partners, and until when. A change is followed by a new row; DELETE withdraws the row with its day."""

    noun = "partners.partneragreement"
    read_scope = Scope.PARTNERS_READ
    write_scope = Scope.PARTNERS_WRITE
    serializer_class = AgreementSerializer
    input_class = AgreementInput
    change_class = AgreementChange
    filterset_class = AgreementFilters
    ordering_fields = ("expires_on", "recorded_at")

    def rows(self, user):
        if not user.is_authenticated:  # as the schema asks, without a database
            return PartnerAgreement.objects.none()
        rows = PartnerAgreement.objects.select_related("partner", "programme")
        rows = rows.filter(partner__in=Partner.objects.visible_to(user))
        return rows.none() if "agreements" in hidden_from(user) else rows

    def make(self, by, *, partner, source="API", **fields):
        _permit(by)
        return add_agreement(partner, by=by, source=source, method=Method.API, **fields)

    def change(self, row, by, **fields):
        _permit(by)
        return change_agreement(row, by=by, **{"source": "API", **fields, "method": Method.API})

    def withdraw(self, row, by):
        _permit(by)
        end_agreement(row, by=by)


def _permit(by) -> None:
    if "agreements" in hidden_from(by):
        raise NotAllowed(_("Agreements are not yours to change."))
