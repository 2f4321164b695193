"""What is given to a partner's own columns, and who keeps a record of each value.

An app above registers in `AppConfig.ready`; whoever gives a column another value tells it in the same transaction."""

from collections.abc import Callable, Mapping

from django.db import models

from partners.models import Method, Partner

_recorders: list[Callable[..., list[models.Model]]] = []


def register_column_recorder(record: Callable[..., list[models.Model]]) -> None:
    """`record(partner, values, *, by, method)` keeps what the columns `{name: value}` say now, and returns the rows it made."""
    if record not in _recorders:
        _recorders.append(record)


def tell_columns(partner: Partner, values: Mapping[str, str | None], *, by, method: str = Method.MANUAL) -> list[models.Model]:
    """`values` are those that differ from what was there before; an emptied column is told, too."""
    return [row for record in _recorders for row in record(partner, values, by=by, method=method)] if values else []
