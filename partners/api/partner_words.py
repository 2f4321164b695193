from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.filters import IdFilter, YesNoFilter
from accounts.api.inputs import IdField, KeyField
from partners.actions.partner_words import add_region, add_specialty, withdraw_word
from partners.api.typed_rows import PROVEN, SENT, SET_BY_US, RowInput, RowSerializer, TypedRows
from partners.models import Partner, PartnerRegion, PartnerSpecialty, Region, Specialty


class PartnerRegionSerializer(RowSerializer):
    region = serializers.CharField(source="region.key", help_text="Key.")

    class Meta:
        model = PartnerRegion
        fields = ("id", "partner", "region", *PROVEN)
        read_only_fields = fields


class PartnerRegionInput(RowInput):
    shown_only = SET_BY_US

    partner = IdField(Partner.objects.visible_to)
    region = KeyField(Region.objects.all, help_text="Key of a region.")


class PartnerRegionFilters(filters.FilterSet):
    partner = IdFilter("partner")
    region = filters.CharFilter(field_name="region__key", label="Key of a region.")
    is_verified = YesNoFilter(field_name="verified_at", lookup_expr="isnull", exclude=True, label="A claim otherwise.")

    class Meta:
        model = PartnerRegion
        fields = ()


class PartnerRegions(TypedRows):
    """The regions in which partners are at work. DELETE withdraws the row with its day."""

    noun = "partners.partnerregion"
    kind = "regions"
    model = PartnerRegion
    joined = ("partner", "region")
    serializer_class = PartnerRegionSerializer
    input_class = PartnerRegionInput
    filterset_class = PartnerRegionFilters
    ordering_fields = ("recorded_at",)

    def make(self, by, *, partner, region, **proven):
        self.permit(by)
        return add_region(partner, region, by=by, **{**SENT, **proven})

    def withdraw(self, row, by):
        self.permit(by)
        withdraw_word(row, by=by)


class PartnerSpecialtySerializer(RowSerializer):
    specialty = serializers.CharField(source="specialty.key", help_text="Key.")

    class Meta:
        model = PartnerSpecialty
        fields = ("id", "partner", "specialty", *PROVEN)
        read_only_fields = fields


class PartnerSpecialtyInput(RowInput):
    shown_only = SET_BY_US

    partner = IdField(Partner.objects.visible_to)
    specialty = KeyField(Specialty.objects.all, help_text="Key of a specialty.")


class PartnerSpecialtyFilters(filters.FilterSet):
    partner = IdFilter("partner")
    specialty = filters.CharFilter(field_name="specialty__key", label="Key of a specialty.")
    is_verified = YesNoFilter(field_name="verified_at", lookup_expr="isnull", exclude=True, label="A claim otherwise.")

    class Meta:
        model = PartnerSpecialty
        fields = ()


class PartnerSpecialties(TypedRows):
    """What partners are strong at. DELETE withdraws the row with its day."""

    noun = "partners.partnerspecialty"
    kind = "specialties"
    model = PartnerSpecialty
    joined = ("partner", "specialty")
    serializer_class = PartnerSpecialtySerializer
    input_class = PartnerSpecialtyInput
    filterset_class = PartnerSpecialtyFilters
    ordering_fields = ("recorded_at",)

    def make(self, by, *, partner, specialty, **proven):
        self.permit(by)
        return add_specialty(partner, specialty, by=by, **{**SENT, **proven})

    def withdraw(self, row, by):
        self.permit(by)
        withdraw_word(row, by=by)
