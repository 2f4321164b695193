from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.filters import IdFilter, IdOrKeyFilter
from accounts.api.inputs import IdField, KeyField
from accounts.api.resources import Changes
from partners.actions.agreements import LONGEST_NOTICE, add_agreement, change_agreement, end_agreement
from partners.api.typed_rows import PROVEN, SENT, SET_BY_US, RowInput, RowSerializer, TypedRows
from partners.models import Partner, PartnerAgreement, Programme


class AgreementSerializer(RowSerializer):
    programme = serializers.CharField(
        source="programme.key", allow_null=True, default=None, help_text="Key; null where it is for all programmes."
    )
    notice_by = serializers.DateField(allow_null=True, read_only=True, help_text="The last day to renew or to end it.")

    class Meta:
        model = PartnerAgreement
        fields = ("id", "partner", "programme", "kind", "title", "signed_on", "effective_on", "expires_on", "notice_days",
                  "notice_by", *PROVEN)  # fmt: skip
        read_only_fields = fields


class AgreementChange(RowInput):
    shown_only = (*SET_BY_US, "partner", "notice_by")

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


class AgreementInput(AgreementChange):
    shown_only = (*SET_BY_US, "notice_by")

    partner = IdField(Partner.objects.visible_to)


class AgreementFilters(filters.FilterSet):
    partner = IdFilter("partner")
    programme = IdOrKeyFilter("programme")
    kind = filters.ChoiceFilter(choices=PartnerAgreement.Kind.choices)
    expires_before = filters.DateFilter(field_name="expires_on", lookup_expr="lt", label="Expires before this day.")

    class Meta:
        model = PartnerAgreement
        fields = ()


class Agreements(Changes, TypedRows):
    """What was agreed with partners, and until when. A change is followed by a new row; DELETE withdraws the row with its day."""

    noun = "partners.partneragreement"
    kind = "agreements"
    model = PartnerAgreement
    joined = ("partner", "programme")
    serializer_class = AgreementSerializer
    input_class = AgreementInput
    change_class = AgreementChange
    filterset_class = AgreementFilters
    ordering_fields = ("expires_on", "recorded_at")

    def make(self, by, *, partner, **fields):
        self.permit(by)
        return add_agreement(partner, by=by, **{**SENT, **fields})

    def change(self, row, by, **fields):
        self.permit(by)
        return change_agreement(row, by=by, **{**SENT, **fields})

    def withdraw(self, row, by):
        self.permit(by)
        end_agreement(row, by=by)
