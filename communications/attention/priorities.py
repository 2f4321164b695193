"""What goes first where a person's budget is short."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Priority(TextChoices):
    CRITICAL = "critical", _("critical: passes every limit")
    IMPORTANT = "important", _("important")
    NORMAL = "normal", _("normal")
    LOW = "low", _("low")


_ORDER = (Priority.CRITICAL, Priority.IMPORTANT, Priority.NORMAL, Priority.LOW)
_OF_KIND = {
    "crisis": Priority.CRITICAL,
    "security_advisory": Priority.CRITICAL,
    "policy": Priority.IMPORTANT,
    "price_list": Priority.IMPORTANT,
    "planned_change": Priority.IMPORTANT,
    "collateral": Priority.LOW,
    "newsletter": Priority.LOW,
}


def priority_of(kind: str, chosen: str = "") -> Priority:
    """What its author chose, else what its kind stands for."""
    return Priority(chosen) if chosen else _OF_KIND.get(kind, Priority.NORMAL)


def more_important_than(priority: Priority) -> tuple[Priority, ...]:
    return _ORDER[: _ORDER.index(priority)]
