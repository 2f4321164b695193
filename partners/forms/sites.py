from collections.abc import Callable

from django import forms
from django.db.models import TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from partners.countries import country_names
from partners.forms.selects import LongSelect
from partners.models import Region, Site


class CodesField(forms.CharField):
    """Country codes with spaces or commas between, as a list."""

    def prepare_value(self, value):
        return " ".join(value) if isinstance(value, list) else value

    def to_python(self, value) -> list[str]:
        return super().to_python(value).replace(",", " ").split()


def _countries() -> list[tuple[str, str]]:
    return [("", _("Not said")), *country_names().items()]


def _sentence_case(words: type[TextChoices]) -> Callable[[], list[tuple[str, str]]]:
    return lambda: [(key, capfirst(label)) for key, label in words.choices]


class SiteForm(forms.Form):
    """As a partner's admins and managers fill it in; what is sound is for the action to say."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("What it is"), choices=_sentence_case(Site.Kind))
    city = forms.CharField(label=_("City"), max_length=120, required=False)
    country = forms.ChoiceField(label=_("Country"), choices=_countries, widget=LongSelect, required=False)
    region = forms.ModelChoiceField(Region.objects.all(), label=_("Region"), required=False, empty_label=_("Not said"))
    activities = forms.MultipleChoiceField(
        label=_("What is done there"), choices=_sentence_case(Site.Activity), required=False, widget=forms.CheckboxSelectMultiple
    )
    serves = CodesField(
        label=_("Serves the countries"), max_length=600, required=False, help_text=_("Two letters each, such as DE AT CH.")
    )
    capacity_value = forms.DecimalField(label=_("Capacity"), min_value=0, max_digits=14, decimal_places=2, required=False)
    capacity_unit = forms.CharField(
        label=_("What the capacity counts"),
        max_length=40,
        required=False,
        help_text=_("Such as parts a week, pallets, installations a month."),
    )
    capacity = forms.CharField(label=_("More about the capacity"), max_length=120, required=False)


def initial_of(site: Site) -> dict:
    return {name: getattr(site, name) for name in SiteForm.base_fields}
