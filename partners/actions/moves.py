"""Moves of a partner from one tier or stage of a programme to another, and who keeps a record of them.

The apps above register in `AppConfig.ready`; whoever changes an enrolment tells them in the same transaction."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from partners.models import Enrolment, Stage

KEPT = ("tier", "stage")


@dataclass(frozen=True)
class Why:
    """`evidence` is kept as it is; `until` is the day up to which a tier that somebody set by hand stays."""

    reason: str = ""
    evidence: list[dict] = field(default_factory=list)
    until: Any = None


@dataclass(frozen=True)
class Move:
    """`kind` is tier or stage; `before` and `after` are rows of tiers, or keys of stages."""

    enrolment: Enrolment
    kind: str
    before: Any
    after: Any
    by: Any
    why: Why

    @property
    def in_words(self) -> str:
        """“tier Silver → Gold”."""
        return f"{self.enrolment._meta.get_field(self.kind).verbose_name} {_name(self.before)} → {_name(self.after)}"


_recorders: list[Callable[[Move], None]] = []


def register_recorder(record: Callable[[Move], None]) -> None:
    if record not in _recorders:
        _recorders.append(record)


def tell_moves(moves: Iterable[Move]) -> None:
    for move in moves:
        for record in _recorders:
            record(move)


def moves_between(enrolment: Enrolment, before: dict[str, Any], *, by, why: Why | None = None) -> list[Move]:
    """What differs from `before`, the values that the enrolment had."""
    return [
        Move(enrolment, kind, before[kind], getattr(enrolment, kind), by, why or Why())
        for kind in KEPT
        if kind in before and before[kind] != getattr(enrolment, kind)
    ]


def _name(value) -> str:
    if not value:
        return _("none")
    return str(Stage(value).label) if value in Stage.values else str(value)
