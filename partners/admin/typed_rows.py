"""Typed rows on the form of a partner: regions, specialties, certificates, sites, figures, keys, relations."""

from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from partners.models import (
    PartnerCertification,
    PartnerKey,
    PartnerRegion,
    PartnerRelation,
    PartnerSpecialty,
    PerformanceRecord,
    Site,
)

PROVEN_BY = ["source", "method", "observed_at", "evidence"]


class TypedRowInline(TabularInline):
    """`kind` is the key of the data point that stands for these rows; empty where there is none."""

    kind = ""
    extra = 0
    tab = True
    per_page = 20
    ordering = ["pk"]


class RegionInline(TypedRowInline):
    model = PartnerRegion
    kind = "regions"
    fields = ["region", *PROVEN_BY]


class SpecialtyInline(TypedRowInline):
    model = PartnerSpecialty
    kind = "specialties"
    fields = ["specialty", *PROVEN_BY]


class CertificationInline(TypedRowInline):
    model = PartnerCertification
    kind = "certifications"
    fields = ["certification", "issued_on", "expires_on", *PROVEN_BY]


class SiteInline(TypedRowInline):
    model = Site
    kind = "sites"
    fields = ["name", "kind", "city", "country", "region", *PROVEN_BY]


class PerformanceInline(TypedRowInline):
    model = PerformanceRecord
    kind = "performance"
    fields = ["metric", "period_start", "period_end", "value", "unit", "product", *PROVEN_BY]
    verbose_name_plural = _("performance")


class KeyInline(TypedRowInline):
    model = PartnerKey
    fields = ["system", "value"]


class RelationInline(TypedRowInline):
    model = PartnerRelation
    fk_name = "partner"
    fields = ["kind", "other", "starts_on", "ends_on"]
    autocomplete_fields = ["other"]


TYPED_ROWS = [RegionInline, SpecialtyInline, CertificationInline, SiteInline, PerformanceInline, KeyInline, RelationInline]
