"""The boxes under “Correct it”: the value of a data point, or what a partner may change in a typed row."""

from django import forms
from django.utils.translation import gettext_lazy as _

from context.forms.values import shown_value, value_field
from context.models import DataPoint
from context.queries.confirmations import Asked
from partners.models import PartnerCertification, Provenance, Site

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ValueForm(forms.Form):
    """`value`, in a box that fits the data point."""

    def __init__(self, point: DataPoint, data=None, *, asked: Asked | None = None):
        shown = shown_value(point, asked.fact.value) if asked and asked.fact else None
        super().__init__(data, initial={"value": shown}, auto_id=f"id_{point.public_id}_%s")
        self.fields["value"] = value_field(point)


class CertificationForm(forms.ModelForm):
    class Meta:
        model = PartnerCertification
        fields = ("issued_on", "expires_on")
        widgets = {"issued_on": _DAY, "expires_on": _DAY}

    def clean(self):
        cleaned = super().clean()
        issued, expires = cleaned.get("issued_on"), cleaned.get("expires_on")
        if issued and expires and expires < issued:
            self.add_error("expires_on", _("A certificate cannot expire before it is issued."))
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
