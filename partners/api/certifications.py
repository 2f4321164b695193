from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.filters import IdFilter, YesNoFilter
from accounts.api.inputs import IdField, KeyField
from accounts.api.resources import Changes
from partners.actions.certifications import add_certification, change_certification, withdraw_certification
from partners.api.typed_rows import PROVEN, SENT, SET_BY_US, RowInput, RowSerializer, TypedRows
from partners.models import Certification, Contact, Partner, PartnerCertification


class PartnerCertificationSerializer(RowSerializer):
    certification = serializers.CharField(source="certification.key", help_text="Key.")
    contact = serializers.UUIDField(
        source="contact.public_id", allow_null=True, default=None, help_text="Who holds it; null for the organisation."
    )
    is_expired = serializers.BooleanField()

    class Meta:
        model = PartnerCertification
        fields = ("id", "partner", "certification", "contact", "issued_on", "expires_on", "is_expired", *PROVEN)
        read_only_fields = fields


class PartnerCertificationChange(RowInput):
    """What is certified, and whom, stays: withdraw the row and add another."""

    shown_only = (*SET_BY_US, "partner", "certification", "contact", "is_expired")

    issued_on = serializers.DateField(allow_null=True, required=False)
    expires_on = serializers.DateField(allow_null=True, required=False)


class PartnerCertificationInput(PartnerCertificationChange):
    shown_only = (*SET_BY_US, "is_expired")

    partner = IdField(Partner.objects.visible_to)
    certification = KeyField(Certification.objects.all, help_text="Key of a certification.")
    contact = IdField(
        Contact.objects.visible_to, allow_null=True, required=False, help_text="Who holds it; the organisation when left out."
    )


class PartnerCertificationFilters(filters.FilterSet):
    partner = IdFilter("partner")
    contact = IdFilter("contact")
    certification = filters.CharFilter(field_name="certification__key", label="Key of a certification.")
    is_personal = YesNoFilter(field_name="contact", lookup_expr="isnull", exclude=True, label="Whether a person holds it.")
    expires_before = filters.DateFilter(field_name="expires_on", lookup_expr="lt", label="Expires before this day.")
    is_verified = YesNoFilter(field_name="verified_at", lookup_expr="isnull", exclude=True, label="A claim otherwise.")

    class Meta:
        model = PartnerCertification
        fields = ()


class PartnerCertifications(Changes, TypedRows):
    """What partners and their people are certified for. A change is followed by a new row; DELETE withdraws the row."""

    noun = "partners.partnercertification"
    kind = "certifications"
    model = PartnerCertification
    joined = ("partner", "contact", "certification")
    serializer_class = PartnerCertificationSerializer
    input_class = PartnerCertificationInput
    change_class = PartnerCertificationChange
    filterset_class = PartnerCertificationFilters
    ordering_fields = ("recorded_at",)

    def make(self, by, *, partner, **fields):
        self.permit(by)
        return add_certification(partner, by=by, **{**SENT, **fields})

    def change(self, row, by, **fields):
        self.permit(by)
        return change_certification(row, by=by, **{**SENT, **fields})

    def withdraw(self, row, by):
        self.permit(by)
        withdraw_certification(row, by=by)
