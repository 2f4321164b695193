"""Words for entries of the ledger."""

from django import template
from django.utils.text import capfirst

from context.queries import typed_rows
from context.queries.words import Names, value_in_words
from partners.models import Provenance

register = template.Library()


@register.simple_tag
def fact_value(fact, names: Names) -> str:
    """The value of a fact as one says it. `names` are read once for all of a page."""
    return value_in_words(fact.data_point, fact.value, names)


@register.simple_tag(name="names")
def make_names() -> Names:
    return Names()


@register.filter
def row_detail(row: Provenance) -> str:
    return typed_rows.row_detail(row)


@register.filter
def row_name(row: Provenance, metrics: dict[str, str]) -> str:
    return typed_rows.row_name(row, metrics)


@register.filter
def row_kind(row: Provenance) -> str:
    return capfirst(row._meta.verbose_name.replace("partner's ", ""))
