"""Statements in the composer."""

from django import template

from communications.forms.linking import button_of
from communications.languages import own_name
from communications.models import Statement
from communications.queries.contradictions import Link

register = template.Library()


@register.filter
def said_in(statement: Statement, language: str) -> str:
    return statement.value.said(language or "en")


@register.filter
def button(link: Link, own_language: str) -> str:
    return button_of(link, own_language)


@register.filter
def tongue(language: str) -> str:
    return own_name(language)
