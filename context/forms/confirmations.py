"""The boxes under “Correct it”: the value of a data point, or what a partner may change in a typed row."""

from django import forms
from django.utils.translation import gettext_lazy as _

from context.forms.values import shown_value, value_field
from context.models import DataPoint
from context.queries.confirmations import Asked
from partners.models import (
    Certification,
    PartnerCertification,
    PartnerRegion,
    PartnerSpecialty,
    Provenance,
    Region,
    Site,
    Specialty,
)

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ValueForm(forms.Form):
    """`value`, in a box that fits the data point."""

    def __init__(self, point: DataPoint, data=None, *, asked: Asked | None = None):
        shown = shown_value(point, asked.fact.value) if asked and asked.fact else None
        super().__init__(data, initial={"value": shown}, auto_id=f"id_{point.public_id}_%s")
        self.fields["value"] = value_field(point)


class RegionsForm(forms.Form):
    """Several at once: there is nothing to say of each."""

    words = forms.ModelMultipleChoiceField(Region.objects.all(), label=_("Regions"), widget=forms.CheckboxSelectMultiple)

    def rows(self) -> list[Provenance]:
        return [PartnerRegion(region=region) for region in self.cleaned_data["words"]]


class SpecialtiesForm(forms.Form):
    words = forms.ModelMultipleChoiceField(Specialty.objects.all(), label=_("Specialties"), widget=forms.CheckboxSelectMultiple)

    def rows(self) -> list[Provenance]:
        return [PartnerSpecialty(specialty=specialty) for specialty in self.cleaned_data["words"]]


class FirstCertificationForm(forms.Form):
    certification = forms.ModelChoiceField(Certification.objects.all(), label=_("Certificate"))
    issued_on = forms.DateField(label=_("Issued"), required=False, widget=_DAY)
    expires_on = forms.DateField(label=_("Expires"), required=False, widget=_DAY)

    def clean(self):
        return _in_order(self, super().clean())

    def rows(self) -> list[Provenance]:
        return [PartnerCertification(**self.cleaned_data)]


class FirstSiteForm(forms.Form):
    """The rest is said on the page of sites."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("What it is"), choices=Site.Kind.choices)
    city = forms.CharField(label=_("City"), max_length=120, required=False)

    def rows(self) -> list[Provenance]:
        return [Site(**self.cleaned_data)]


class CertificationForm(forms.ModelForm):
    class Meta:
        model = PartnerCertification
        fields = ("issued_on", "expires_on")
        widgets = {"issued_on": _DAY, "expires_on": _DAY}

    def clean(self):
        return _in_order(self, super().clean())


def _in_order(form: forms.BaseForm, cleaned: dict) -> dict:
    issued, expires = cleaned.get("issued_on"), cleaned.get("expires_on")
    if issued and expires and expires < issued:
        form.add_error("expires_on", _("A certificate cannot expire before it is issued."))
    return cleaned


class SiteForm(forms.ModelForm):
    class Meta:
        model = Site
        fields = ("name", "city", "capacity")

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if Site.objects.filter(partner=self.instance.partner_id, name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Another of your sites has this name."))
        return name


_ROW_FORMS: dict[str, type[forms.ModelForm]] = {"certifications": CertificationForm, "sites": SiteForm}


def row_form(kind: str, row: Provenance, data=None) -> forms.ModelForm | None:
    """None where there is nothing in the row to correct: it holds, or it does not."""
    form = _ROW_FORMS.get(kind)
    return form(data, instance=row, auto_id=f"id_{row.public_id}_%s") if form else None


_FIRST_ROWS: dict[str, type[forms.Form]] = {
    "regions": RegionsForm, "specialties": SpecialtiesForm, "certifications": FirstCertificationForm, "sites": FirstSiteForm,
}  # fmt: skip


def first_rows_form(kind: str, data=None) -> forms.Form:
    """A short way to add what is required and missing."""
    return _FIRST_ROWS[kind](data, auto_id=f"id_{kind}_%s")
