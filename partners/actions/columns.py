"""What is given to a partner's own columns and to those of its places in programmes, and who keeps a record of each value.

An app above registers in `AppConfig.ready`; whoever gives a column another value tells it in the same transaction."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import models

from partners.models import Contact, Enrolment, Method, Partner, Programme

_recorders: list[Callable[..., list[models.Model]]] = []


def register_column_recorder(record: Callable[..., list[models.Model]]) -> None:
    """`record(partner, values, *, by, method, programme, contact=None)` keeps what the columns `{name: value}` say now, of the
    partner, of its place in a programme or of one of its people, and returns the rows it made."""
    if record not in _recorders:
        _recorders.append(record)


def tell_columns(
    partner: Partner, values: Mapping[str, str | None], *, by, method: str = Method.MANUAL, programme: Programme | None = None
) -> list[models.Model]:
    """`values` are those that differ from what was there before; an emptied column is told, too."""
    if not values:
        return []
    return [row for record in _recorders for row in record(partner, values, by=by, method=method, programme=programme)]


def tell_contact(contact: Contact, values: Mapping[str, Any], *, by, method: str) -> None:
    """The same of the columns of a person."""
    for record in _recorders:
        record(contact.partner, values, by=by, method=method, programme=None, contact=contact)


_PLACE = ("kind", "tier", "status", "stage")


def tell_place(enrolment: Enrolment, names: Iterable[str], *, by) -> None:
    """What the place says now, by hand or by a policy: nobody has to decide about it any more, so it is what the portal sees."""
    said = {"kind": enrolment.kind and enrolment.kind.key, "tier": enrolment.tier and enrolment.tier.key}
    values = {**said, "status": enrolment.status, "stage": enrolment.stage}
    told = {name: values[name] or None for name in _PLACE if name in set(names)}
    tell_columns(enrolment.partner, told, by=by, method=Method.OBSERVED, programme=enrolment.programme)
