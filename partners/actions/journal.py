"""Giving rows other values so that it can be taken back to the letter."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models

from partners.models.moves import Reversible

_BATCH = 1_000


class Journal:
    """Writes what a merge or a split does, and keeps what was there. `counts` says how many rows of which model changed hands."""

    def __init__(self, record: Reversible):
        self._record = record
        self.counts: dict[type[models.Model], int] = {}

    def set(self, rows: models.QuerySet, **after) -> int:
        """Give the rows these values, columns by the name that ends in `_id` where they are keys. Returns how many changed."""
        groups: dict[tuple, list] = {}
        for row in rows.order_by().values_list("pk", *after):
            groups.setdefault(row[1:], []).append(row[0])
        for before, keys in groups.items():
            if before != tuple(after.values()):
                self._note(rows.model, keys, dict(zip(after, before, strict=True)), after)
                for some in _batches(keys):
                    rows.model._base_manager.filter(pk__in=some).update(**after)
        return sum(map(len, groups.values()))

    def hand_over(self, rows: models.QuerySet, field: str, partner_id: int) -> None:
        """The same for the column that says whose a row is; these are counted."""
        count = self.set(rows, **{field: partner_id})
        if count:
            self.counts[rows.model] = self.counts.get(rows.model, 0) + count

    def made(self, row: models.Model, *columns: str) -> None:
        """A row that goes again with what made it, unless one of these columns was changed since."""
        self._note(type(row), [row.pk], None, {name: getattr(row, name) for name in columns})

    def _note(self, model, keys: list, before: dict | None, after: dict | None) -> None:
        self._record.moves.create(model=model._meta.label, keys=keys, before=_as_json(before), after=_as_json(after))


def take_back(record: Reversible) -> int:
    """Every row as it was, the last change first. A row that was changed again since keeps what it has. Returns how many did."""
    kept_back = 0
    for move in record.moves.order_by("-pk"):
        model = apps.get_model(move.model)
        for keys in _batches([tuple(key) if isinstance(key, list) else key for key in move.keys]):
            rows = model._base_manager.filter(pk__in=keys)
            unchanged = rows.filter(**_read(model, move.after or {}))
            if move.before is None:
                kept_back += rows.count() - unchanged.count()
                unchanged.delete()
            else:
                kept_back += len(keys) - unchanged.update(**_read(model, move.before))
    return kept_back


def _batches(keys: list) -> Iterator[list]:
    for start in range(0, len(keys), _BATCH):
        yield keys[start : start + _BATCH]


def _as_json(values: dict[str, Any] | None) -> dict[str, Any] | None:
    return values and {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _read(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    return {name: model._meta.get_field(name).to_python(value) for name, value in values.items()}
