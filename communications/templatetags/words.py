"""Texts of announcements where managers look at them, outside the true preview."""

from datetime import datetime

from django import template
from django.utils.safestring import SafeString

from communications.rendering.compiling import markdown_as_html
from communications.rendering.crisis_words import since_start
from communications.rendering.merge_fields import with_labels

register = template.Library()


@register.filter
def since(moment: datetime | None, started_at: datetime) -> str:
    """4:05 min after it started; a dash where it never came to that."""
    return since_start(moment and moment - started_at)


@register.filter
def line_as_read(text: str) -> str:
    """For nobody in particular: a merge field is named for what it stands for."""
    return with_labels(text)


@register.filter
def body_as_read(text: str) -> SafeString:
    """The same of Markdown; what comes out has been cleaned."""
    return markdown_as_html(with_labels(text))
