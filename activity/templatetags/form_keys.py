from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from uuid6 import uuid7

register = template.Library()


@register.simple_tag
def form_key() -> SafeString:
    """For a form written by hand: the id of what it will make, see `activity.form_keys.posted_key`."""
    return format_html('<input type="hidden" name="key" value="{}">', uuid7())
