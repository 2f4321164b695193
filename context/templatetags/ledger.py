"""Words for entries of the ledger."""

from django import template
from django.utils.text import capfirst

from context.queries import typed_rows
from partners.models import Provenance

register = template.Library()


@register.filter
def row_detail(row: Provenance) -> str:
    return typed_rows.row_detail(row)


@register.filter
def row_name(row: Provenance, metrics: dict[str, str]) -> str:
    return typed_rows.row_name(row, metrics)


@register.filter
def row_kind(row: Provenance) -> str:
    return capfirst(row._meta.verbose_name.replace("partner's ", ""))
