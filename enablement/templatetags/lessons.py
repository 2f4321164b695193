"""Words of lessons in templates."""

from django import template
from django.utils.safestring import SafeString

from communications.rendering.compiling import markdown_as_html

register = template.Library()


@register.filter
def lesson_markdown(text: str) -> SafeString:
    """A lesson, a question or a scene as its author wrote it in Markdown; what comes out has been cleaned."""
    return markdown_as_html(text)
