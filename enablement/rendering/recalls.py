"""What those are written who hold what no longer holds; somebody finishes it before it goes out."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from enablement.models import Resource


def title_of_recall(resource: Resource) -> str:
    words = {"title": resource.title[:150]}
    return (_("“%(title)s” is no longer valid") if resource.is_over else _("“%(title)s” has a new version")) % words


def body_of_recall(resource: Resource) -> str:
    """In Markdown, with the first name as a merge field."""
    hello = _("Hello %(name)s,") % {"name": "{{ contact.first_name }}"}
    return "\n\n".join((hello, *(_withdrawn(resource) if resource.is_over else _renewed(resource))))


def _renewed(resource: Resource) -> tuple[str, ...]:
    version = resource.current
    return (
        _("You took an older version of “%(title)s” from the library. Please use it no longer.") % {"title": resource.title},
        _("Version %(n)d says what changed: %(changes)s") % {"n": version.number, "changes": version.changes},
        _("[Take the current version](%(address)s)") % {"address": _address(resource)},
    )


def _withdrawn(resource: Resource) -> tuple[str, ...]:
    """Why, and what came after it, where that is known."""
    said = [_("You took “%(title)s” from the library. It is no longer valid. Please use it no longer.") % {"title": resource.title}]
    if resource.retired_because:
        said.append(resource.retired_because)
    if resource.successor and resource.successor.is_live:
        words = {"title": resource.successor.title, "address": _address(resource.successor)}
        said.append(_("[“%(title)s” replaces it](%(address)s)") % words)
    return tuple(said)


def _address(resource: Resource) -> str:
    return settings.SITE_URL + reverse("enablement:resource", args=[resource.public_id])
