"""Words of meetings in templates."""

from django import template
from django.utils.safestring import SafeString

from communications.rendering.compiling import markdown_as_html

register = template.Library()


@register.filter
def in_markdown(text: str) -> SafeString:
    """An agenda or minutes, as they were written in Markdown; what comes out has been cleaned."""
    return markdown_as_html(text)
