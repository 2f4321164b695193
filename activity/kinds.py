"""Kinds of what happened, for whoever looks for something in a timeline. Each app says in `AppConfig.ready` which of its verbs
belong to which kind; what none of them names is of the kind `OTHER`."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

OTHER = "other"
TITLES = {
    "organisation": _("The organisation"),
    "places": _("Programmes, tiers and stages"),
    "people": _("People"),
    "knowledge": _("What is known"),
    "communication": _("Communication"),
    "work": _("Work"),
    OTHER: _("Anything else"),
}
_nouns: dict[str, set[str]] = {}


def register_kind(kind: str, *nouns: str) -> None:
    """`nouns` are the first words of verbs: `fact` stands for `fact.recorded` and all others of it."""
    _nouns.setdefault(kind, set()).update(nouns)


def of_kind(kind: str) -> Q:
    """The condition on an activity."""
    if kind == OTHER:
        return ~_any_of(set().union(*_nouns.values()))
    return _any_of(_nouns.get(kind, set()))


def _any_of(nouns: set[str]) -> Q:
    condition = Q(pk=None)
    for noun in sorted(nouns):
        condition |= Q(verb__startswith=f"{noun}.")
    return condition
