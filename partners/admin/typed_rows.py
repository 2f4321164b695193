"""Typed rows on the form of a partner: regions, specialties, certificates, sites, figures, keys, relations."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from activity.refusals import Refused
from partners.actions.evidence import check_evidence
from partners.models import (
    PartnerAgreement,
    PartnerCertification,
    PartnerKey,
    PartnerRegion,
    PartnerRelation,
    PartnerSpecialty,
    PerformanceRecord,
    Site,
)
from partners.row_checks import check_row

PROVEN_BY = ["source", "method", "observed_at", "evidence", "proof"]


class ProvenForm(forms.ModelForm):
    """A row with a box for the file that proves it; the file is kept with the row by the action."""

    proof = forms.FileField(label=_("File"), required=False)

    def clean_proof(self):
        upload = self.cleaned_data["proof"]
        try:
            if upload:
                check_evidence(upload)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return upload

    def _post_clean(self):
        super()._post_clean()
        if self.errors or not self.has_changed():
            return
        try:
            check_row(self.instance)
        except Refused as refusal:
            self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class TypedRowInline(TabularInline):
    """`kind` is the key of the data point that stands for these rows; empty where there is none."""

    kind = ""
    extra = 0
    tab = True
    per_page = 20
    ordering = ["pk"]


class RegionInline(TypedRowInline):
    model = PartnerRegion
    form = ProvenForm
    kind = "regions"
    fields = ["region", *PROVEN_BY]


class SpecialtyInline(TypedRowInline):
    model = PartnerSpecialty
    form = ProvenForm
    kind = "specialties"
    fields = ["specialty", *PROVEN_BY]


class CertificationInline(TypedRowInline):
    model = PartnerCertification
    form = ProvenForm
    kind = "certifications"
    fields = ["certification", "issued_on", "expires_on", *PROVEN_BY]


class AgreementInline(TypedRowInline):
    model = PartnerAgreement
    form = ProvenForm
    kind = "agreements"
    fields = ["kind", "title", "programme", "signed_on", "effective_on", "expires_on", "notice_days", *PROVEN_BY]


class SiteInline(TypedRowInline):
    model = Site
    form = ProvenForm
    kind = "sites"
    fields = ["name", "kind", "city", "country", "region", *PROVEN_BY]


class PerformanceInline(TypedRowInline):
    model = PerformanceRecord
    form = ProvenForm
    kind = "performance"
    fields = ["metric", "period_start", "period_end", "value", "unit", "programme", "product", *PROVEN_BY]
    verbose_name_plural = _("performance")


class KeyInline(TypedRowInline):
    model = PartnerKey
    fields = ["system", "value"]


class RelationInline(TypedRowInline):
    model = PartnerRelation
    fk_name = "partner"
    fields = ["kind", "other", "starts_on", "ends_on"]
    autocomplete_fields = ["other"]


TYPED_ROWS = [
    RegionInline, SpecialtyInline, CertificationInline, AgreementInline, SiteInline, PerformanceInline, KeyInline, RelationInline,
]  # fmt: skip
