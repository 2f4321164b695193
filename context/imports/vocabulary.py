"""The words a file may use, by key or by name: programmes, kinds, tiers, functions, data points."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from activity.refusals import Invalid
from context.imports.mapping import Mapping
from context.models import DataPoint, Metric
from partners.actions.checks import unknown
from partners.models import Certification, ContactFunction, PartnerAgreement, PartnerKind, Product, Programme, Region, Site, Tier


class Vocabulary:
    """Read once for each file. What the mapping would add counts as known."""

    def __init__(self, mapping: Mapping):
        programmes = dict(Programme.objects.values_list("key", "name"))
        programmes |= {key: str(spec.get("name", key)) for key, spec in mapping.programmes.items()}
        self._programmes = _by_word(programmes.items())
        default = Programme.objects.default()
        self._default = default.key if default else ""
        self._kinds = _by_word(PartnerKind.objects.values_list("key", "name"))
        self._functions = _by_word(ContactFunction.objects.values_list("key", "name"))
        self._agreement_kinds = _in_every_language(PartnerAgreement.Kind)
        self._tiers = {key: _by_word(spec["tiers"].items()) for key, spec in mapping.programmes.items()}
        for programme, key, name in Tier.objects.values_list("programme__key", "key", "name"):
            self._tiers.setdefault(programme, {}).update(_by_word([(key, name)]))
        self._metrics = {metric.key: metric for metric in Metric.objects.all()}
        self._metric_words = _by_word((key, metric.label) for key, metric in self._metrics.items())
        self._regions = dict(Region.objects.values_list("key", "pk"))
        self._region_words = _by_word(Region.objects.values_list("key", "name"))
        self._certifications = {key: (pk, name) for key, pk, name in Certification.objects.values_list("key", "pk", "name")}
        self._certification_words = _by_word((key, name) for key, (_pk, name) in self._certifications.items())
        self._site_kinds = _in_every_language(Site.Kind)
        self._activities = _in_every_language(Site.Activity)
        self._products = list(Product.objects.values_list("name", "version", "programme__key", "pk"))
        self._data_points = {point.key: point for point in DataPoint.objects.all()}

    def programme(self, word: str) -> str:
        """Empty for the default programme where there is none yet."""
        return _meant(word, self._programmes, "programme") if word else self._default

    def kind(self, word: str) -> str:
        return _meant(word, self._kinds, "kind")

    def tier(self, programme: str, word: str) -> str:
        return _meant(word, self._tiers.get(programme, {}), "tier")

    def functions(self, words) -> list[str]:
        words = words if isinstance(words, list) else str(words).split(",")
        return list(dict.fromkeys(_meant(word, self._functions, "contact_functions") for word in words if str(word).strip()))

    def agreement_kind(self, word: str) -> str:
        return _meant(word, self._agreement_kinds, "agreement_kind")

    def metric(self, word: str) -> Metric:
        return self._metrics[_meant(word, self._metric_words, "performance_metric")]

    def region(self, word: str, field: str) -> int:
        return self._regions[_meant(word, self._region_words, field)]

    def certification(self, word: str) -> tuple[int, str]:
        """Its number and its name."""
        return self._certifications[_meant(word, self._certification_words, "certification")]

    def site_kind(self, word: str) -> str:
        return _meant(word, self._site_kinds, "site_kind")

    def activity(self, word: str, field: str) -> str:
        return _meant(word, self._activities, field)

    def product(self, word: str, programme: str) -> int:
        """By its name, with its version where there are several; of this programme where one is named."""
        here = [row for row in self._products if programme in ("", row[2])]
        meant = str(word).strip().casefold()
        found = [row for row in here if f"{row[0]} {row[1]}".strip().casefold() == meant]
        found = found or [row for row in here if row[0].casefold() == meant]
        if len(found) > 1:
            sentence = _("There are several products “%(name)s”. Add the version, or performance_programme.")
            raise Invalid(sentence % {"name": word}, field="performance_product")
        if not found:
            raise unknown(word, sorted({row[0] for row in here}), "performance_product")
        return found[0][3]

    def data_point(self, key: str) -> DataPoint:
        if key not in self._data_points:
            raise Invalid(_("There is no data point “%(key)s”. Make it in the admin first.") % {"key": key}, field=key)
        return self._data_points[key]


def _by_word(pairs) -> dict[str, str]:
    pairs = list(pairs)
    return {str(name).casefold(): key for key, name in pairs} | {key.casefold(): key for key, _name in pairs}


def _in_every_language(choices) -> dict[str, str]:
    """A file is read in the language of who looks at it first, and brought in by a worker that has none."""
    known: dict[str, str] = {}
    for language, _name in settings.CONTENT_LANGUAGES:
        with override(language):
            known |= _by_word(choices.choices)
    return known


def _meant(word, known: dict[str, str], field: str) -> str:
    key = known.get(str(word).strip().casefold())
    if key is None:
        raise unknown(word, sorted(set(known.values())), field)
    return key
