"""The open alarms as the first page shows them. They are kept in the cache by whoever looks for alarms, so that a page which
everybody opens all day asks the database nothing for them; “Sending” reads the rows."""

from django.core.cache import cache

from communications.models import Alarm, Rule

KEY = "open-alarms"
KEPT_SECONDS = 60  # four looks; after that nobody knows, and “Sending” says that nothing runs
SHOWN = 5


def keep_open_alarms() -> None:
    """What is in doubt is told there in a way of its own."""
    rows = Alarm.objects.open().exclude(rule=Rule.IN_DOUBT).order_by("opened_at", "pk")
    cache.set(KEY, list(rows.values_list("sentence", flat=True)[:SHOWN]), KEPT_SECONDS)


def open_alarms_in_words() -> list[str]:
    return cache.get(KEY) or []
