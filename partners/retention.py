"""What may be kept only for so long: each app names its kinds in `AppConfig.ready`; rules about them are managers' rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet


@dataclass(frozen=True)
class Kept:
    """`older_than(moment)` are the rows that a rule would remove; `remove(rows)` removes them and says how many."""

    key: str
    label: str
    older_than: Callable[[datetime], QuerySet]
    remove: Callable[[QuerySet], int]


_kinds: dict[str, Kept] = {}


def delete_rows(rows: QuerySet) -> int:
    """Of the rows themselves; what hangs on them goes along and is not counted."""
    return rows.delete()[1].get(rows.model._meta.label, 0)


def register_retention(key: str, label: str, older_than: Callable, *, remove: Callable = delete_rows) -> None:
    """`label` is lazily translated."""
    _kinds[key] = Kept(key, label, older_than, remove)


def kinds() -> dict[str, Kept]:
    return dict(_kinds)
