from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.filters import IdFilter, IdOrKeyFilter, YesNoFilter
from accounts.api.inputs import IdField, IdOrKeyField, KeyField
from accounts.api.resources import Changes
from activity.refusals import Invalid
from context.actions.performance import add_figure, change_figure, withdraw_figure
from context.models import Metric
from context.periods import period_meant
from partners.api.typed_rows import PROVEN, SENT, SET_BY_US, RowInput, RowSerializer, TypedRows
from partners.models import Partner, PerformanceRecord, Product, Programme, Region, Site

LARGEST = 10**14 - 1


class FigureSerializer(RowSerializer):
    programme = serializers.CharField(source="programme.key", allow_null=True, default=None, help_text="Key; null for all.")
    product = serializers.UUIDField(source="product.public_id", allow_null=True, default=None)
    region = serializers.CharField(source="region.key", allow_null=True, default=None, help_text="Key; null for all.")
    activity = serializers.ChoiceField(choices=Site.Activity.choices, allow_blank=True)

    class Meta:
        model = PerformanceRecord
        fields = ("id", "partner", "metric", "period_start", "period_end", "value", "unit", "programme", "product", "industry",
                  "region", "activity", *PROVEN)  # fmt: skip
        read_only_fields = fields


class FigureChange(RowInput):
    """What it counts and for whom stays: withdraw the figure and add another."""

    shown_only = (*SET_BY_US, "partner", "metric")

    period_start = serializers.DateField(help_text="First day of the period.")
    period_end = serializers.DateField(help_text="Its last day, included.")
    value = serializers.DecimalField(max_digits=18, decimal_places=4, min_value=-LARGEST, max_value=LARGEST)
    unit = serializers.CharField(max_length=12, allow_blank=True, required=False, help_text="Refused where it is not the metric's.")
    programme = IdOrKeyField(
        Programme.objects.visible_to, allow_null=True, required=False, help_text="The id or key of a programme; all when left out."
    )
    product = IdField(Product.objects.visible_to, allow_null=True, required=False, help_text="The id of a product.")
    industry = serializers.CharField(max_length=60, allow_blank=True, required=False)
    region = KeyField(Region.objects.all, allow_null=True, required=False, help_text="Key of a region.")
    activity = serializers.ChoiceField(choices=Site.Activity.choices, allow_blank=True, required=False)


class FigureInput(FigureChange):
    shown_only = SET_BY_US

    partner = IdField(Partner.objects.visible_to)
    metric = KeyField(Metric.objects.all, help_text="Key of a metric.")


class FigureFilters(filters.FilterSet):
    partner = IdFilter("partner")
    metric = filters.CharFilter(label="Key of a metric.")
    period = filters.CharFilter(method="within", label="2026, 2026-Q3 or 2026-07: figures of that time or of a part of it.")
    since = filters.DateFilter(field_name="period_start", lookup_expr="gte", label="Of periods that begin on this day or later.")
    until = filters.DateFilter(field_name="period_end", lookup_expr="lte", label="Of periods that end on this day or earlier.")
    programme = IdOrKeyFilter("programme")
    region = filters.CharFilter(field_name="region__key", label="Key of a region.")
    activity = filters.ChoiceFilter(choices=Site.Activity.choices)
    is_verified = YesNoFilter(field_name="verified_at", lookup_expr="isnull", exclude=True, label="A claim otherwise.")

    class Meta:
        model = PerformanceRecord
        fields = ()

    def within(self, rows, _name, word):
        period = period_meant(word)
        if period is None:
            sentence = _("The period “%(value)s” is none such as 2026, 2026-Q3 or 2026-07.")
            raise Invalid(sentence % {"value": word[:80]}, field="period")
        return rows.filter(period_start__gte=period.start, period_end__lte=period.end)


class Figures(Changes, TypedRows):
    """Performance figures by metric and period. A change is followed by a new row; DELETE withdraws the row with its day."""

    noun = "partners.performancerecord"
    kind = "performance"
    model = PerformanceRecord
    joined = ("partner", "programme", "product", "region")
    serializer_class = FigureSerializer
    input_class = FigureInput
    change_class = FigureChange
    filterset_class = FigureFilters
    ordering_fields = ("period_end", "recorded_at")

    def make(self, by, *, partner, **fields):
        self.permit(by)
        return add_figure(partner, by=by, **{**SENT, **fields})

    def change(self, row, by, **fields):
        self.permit(by)
        return change_figure(row, by=by, **{**SENT, **fields})

    def withdraw(self, row, by):
        self.permit(by)
        withdraw_figure(row, by=by)
