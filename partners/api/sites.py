from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.filters import IdFilter
from accounts.api.inputs import IdField, Input, KeyField
from accounts.api.resources import Changes, Creates, Lists, Resource, Retrieves, Withdraws
from accounts.models import Scope
from activity.refusals import NotAllowed
from partners.actions.sites import add_site, change_site, close_site
from partners.models import Method, Partner, Region, Site
from partners.visibility import hidden_from


class SiteSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", help_text="A change makes a new row, with a new id, that follows this one.")
    partner = serializers.UUIDField(source="partner.public_id")
    region = serializers.CharField(source="region.key", allow_null=True, default=None, help_text="Key.")
    is_verified = serializers.BooleanField(help_text="A claim otherwise.")

    class Meta:
        model = Site
        fields = ("id", "partner", "name", "kind", "city", "country", "region", "activities", "serves", "capacity",
                  "capacity_value", "capacity_unit", "source", "method", "observed_at", "recorded_at", "evidence",
                  "is_verified")  # fmt: skip
        read_only_fields = fields


class SiteChange(Input):
    shown_only = ("id", "partner", "method", "recorded_at", "is_verified")

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
    source = serializers.CharField(max_length=200, required=False, help_text="Where you have it from.")
    observed_at = serializers.DateTimeField(required=False, help_text="When it was so; now when left out.")
    evidence = serializers.CharField(max_length=500, allow_blank=True, required=False, help_text="An address or a reference.")


class SiteInput(SiteChange):
    shown_only = ("id", "method", "recorded_at", "is_verified")

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


class Sites(Lists, Retrieves, Creates, Changes, Withdraws, Resource):
    """Plants, warehouses, branches and service areas. A change is followed by a new row; DELETE withdraws the row with its day."""

    noun = "partners.site"
    read_scope = Scope.PARTNERS_READ
    write_scope = Scope.PARTNERS_WRITE
    serializer_class = SiteSerializer
    input_class = SiteInput
    change_class = SiteChange
    filterset_class = SiteFilters
    ordering_fields = ("name", "recorded_at")

    def rows(self, user):
        if not user.is_authenticated:  # as the schema asks, without a database
            return Site.objects.none()
        rows = Site.objects.select_related("partner", "region").filter(partner__in=Partner.objects.visible_to(user))
        return rows.none() if "sites" in hidden_from(user) else rows

    def make(self, by, *, partner, source="API", **fields):
        _permit(by)
        return add_site(partner, by=by, source=source, method=Method.API, **fields)

    def change(self, site, by, **fields):
        _permit(by)
        return change_site(site, by=by, **{"source": "API", **fields, "method": Method.API})

    def withdraw(self, site, by):
        _permit(by)
        close_site(site, by=by)


def _permit(by) -> None:
    if "sites" in hidden_from(by):
        raise NotAllowed(_("Sites are not yours to change."))
