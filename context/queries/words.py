"""Kept values as people say them. What is kept by key, such as a tier or a region, is told by the name that it has now."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from context.models import DataPoint
from context.queries.data_points import OF_A_PARTNER, OF_A_PLACE
from context.rules.vocabulary import keyed
from partners.countries import country_name, language_name
from partners.models import Enrolment, PartnerKind, Region, Stage, Tier

_FIXED: dict[str, Callable[[str], str]] = {
    "country": country_name,
    "language": language_name,
    "status": lambda key: str(dict(Enrolment.Status.choices).get(key, key)),
    "stage": lambda key: str(dict(Stage.choices).get(key, key)),
}
_KEYED = {"kind": PartnerKind, "tier": Tier, "region": Region}


class Names:
    """The names of kinds, tiers and regions by their keys. One for a page: they are asked for once, when one is needed that is not
    among those of `enrolments`, which the page has already."""

    def __init__(self, enrolments: Iterable[Enrolment] = ()) -> None:
        self._given = {
            (name, word.key): word.name for row in enrolments for name, word in (("kind", row.kind), ("tier", row.tier)) if word
        }

    @cached_property
    def _all(self) -> dict[tuple[str, str], str]:
        lists = [keyed(name, model.objects.all()) for name, model in _KEYED.items()]
        return {(name, key): label for name, key, label in lists[0].union(*lists[1:])}

    def of(self, vocabulary: str, key: str) -> str:
        return self._given.get((vocabulary, key)) or self._all.get((vocabulary, key)) or key


def value_in_words(point: DataPoint, value: Any, names: Names) -> str:
    """A kept value as one says it, with its unit. None says that what was known has ended."""
    if value is None:
        return _("none any more")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_word(point, each, names) for each in value)
    if isinstance(value, int | float):
        return f"{number_format(value, use_l10n=True, force_grouping=True)} {point.unit}".strip()
    if point.type == DataPoint.Type.DATE and isinstance(value, str):
        return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    return _word(point, value, names)


def _word(point: DataPoint, value: Any, names: Names) -> str:
    vocabulary = _vocabulary(point)
    if vocabulary in _FIXED:
        return _FIXED[vocabulary](value)
    return names.of(vocabulary, value) if vocabulary in _KEYED else str(point.words_for(value))


def _vocabulary(point: DataPoint) -> str:
    """What the values of this data point are keys of, or nothing."""
    if point.type == DataPoint.Type.REGIONS:
        return "region"
    return point.key if point.is_builtin and point.key in (*OF_A_PARTNER, *OF_A_PLACE) else ""
