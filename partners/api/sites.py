from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.filters import IdFilter
from accounts.api.inputs import IdField, KeyField
from accounts.api.resources import Changes
from partners.actions.sites import add_site, change_site, close_site
from partners.api.typed_rows import PROVEN, SENT, SET_BY_US, RowInput, RowSerializer, TypedRows
from partners.models import Partner, Region, Site


class SiteSerializer(RowSerializer):
    region = serializers.CharField(source="region.key", allow_null=True, default=None, help_text="Key.")

    class Meta:
        model = Site
        fields = ("id", "partner", "name", "kind", "city", "country", "region", "activities", "serves", "capacity",
                  "capacity_value", "capacity_unit", *PROVEN)  # fmt: skip
        read_only_fields = fields


class SiteChange(RowInput):
    shown_only = (*SET_BY_US, "partner")

    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=Site.Kind.choices)
    city = serializers.CharField(max_length=120, allow_blank=True, required=False)
    country = serializers.CharField(max_length=2, allow_blank=True, required=False, help_text="Two letters, ISO 3166-1.")
    region = KeyField(Region.objects.all, allow_null=True, required=False, help_text="Key of a region.")
    activities = serializers.ListField(
        child=serializers.ChoiceField(choices=Site.Activity.choices), max_length=10, required=False, help_text="What is done there."
    )
    serves = serializers.ListField(
        child=serializers.CharField(max_length=2), max_length=250, required=False, help_text="Countries that it serves."
    )
    capacity = serializers.CharField(max_length=120, allow_blank=True, required=False, help_text="In words.")
    capacity_value = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True, required=False)
    capacity_unit = serializers.CharField(max_length=40, allow_blank=True, required=False, help_text="What is counted.")


class SiteInput(SiteChange):
    shown_only = SET_BY_US

    partner = IdField(Partner.objects.visible_to)


class SiteFilters(filters.FilterSet):
    partner = IdFilter("partner")
    kind = filters.ChoiceFilter(choices=Site.Kind.choices)
    country = filters.CharFilter(lookup_expr="iexact")
    region = filters.CharFilter(field_name="region__key", label="Key of a region.")
    activity = filters.CharFilter(label="What is done there, such as installs.", method="does")

    class Meta:
        model = Site
        fields = ()

    def does(self, rows, _name, key):
        return rows.filter(activities__contains=[key])


class Sites(Changes, TypedRows):
    """Plants, warehouses, branches and service areas. A change is followed by a new row; DELETE withdraws the row with its day."""

    noun = "partners.site"
    kind = "sites"
    model = Site
    joined = ("partner", "region")
    serializer_class = SiteSerializer
    input_class = SiteInput
    change_class = SiteChange
    filterset_class = SiteFilters
    ordering_fields = ("name", "recorded_at")

    def make(self, by, *, partner, **fields):
        self.permit(by)
        return add_site(partner, by=by, **{**SENT, **fields})

    def change(self, site, by, **fields):
        self.permit(by)
        return change_site(site, by=by, **{**SENT, **fields})

    def withdraw(self, site, by):
        self.permit(by)
        close_site(site, by=by)
