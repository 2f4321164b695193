"""What the apps above ask of a typed row before it is written on the form of a partner, such as that a figure is in its unit.

They register in `AppConfig.ready`; this app only asks."""

from collections.abc import Callable

from partners.models import Provenance

_checks: dict[type[Provenance], Callable[[Provenance], None]] = {}


def register_row_check(model: type[Provenance], check: Callable[[Provenance], None]) -> None:
    """`check(row)` raises Refused with a sentence. The row is unsaved, its partner perhaps as well."""
    _checks[model] = check


def check_row(row: Provenance) -> None:
    if check := _checks.get(type(row)):
        check(row)
