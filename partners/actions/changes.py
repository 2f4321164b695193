"""Changing a row by named fields: only what differs is written, and what differed is told."""

from collections.abc import Callable

from django.db import models
from django.utils.translation import gettext as _

from activity.refusals import Invalid

Checks = dict[str, Callable]


def check_fields(checks: Checks, fields: dict) -> dict:
    """The clean values of `fields`; one that may not be changed is refused with those that may."""
    for name in fields:
        if name not in checks:
            known = ", ".join(checks)
            raise Invalid(_("“%(name)s” cannot be changed here. What can: %(known)s.") % {"name": name, "known": known}, field=name)
    return {name: checks[name](value) for name, value in fields.items()}


def write_changes(row: models.Model, values: dict, *, check: Callable[..., None] = lambda _row: None) -> dict[str, list]:
    """Save what differs and return it as `{field: [old, new]}`, in a form that JSON can hold. `check` refuses the row as it would
    be, before anything is saved."""
    changed = {name: [_told(getattr(row, name)), _told(value)] for name, value in values.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, values[name])
    check(row)
    if changed:
        row.save(update_fields=list(changed))
    return changed


def in_words(row: models.Model, changed: dict[str, list]) -> str:
    """“country, website”: the names of what changed, as the reader knows them."""
    return ", ".join(str(row._meta.get_field(name).verbose_name) for name in changed)


def _told(value):
    return value if value is None or isinstance(value, str | int | bool | list) else str(value)
