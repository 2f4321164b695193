"""Which of a partner's columns and kinds of typed rows a reader must not see.

Who may see what is kept with the data points, in the app above; it registers in `AppConfig.ready`, and this app only asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

FOR_PARTNER_ADMINS = frozenset({"agreements"})  # kinds of rows that on the partner's side its portal admins alone read


@dataclass(frozen=True)
class Sight:
    """What a reader may see of partners, read once for a whole page: `hidden` are the keys that `hidden_from` gives, `data_points`
    those whose values they may see, and `days_fresh` says by kind of row, such as `sites`, when it asks to be confirmed."""

    hidden: frozenset[str] = frozenset()
    data_points: tuple[Any, ...] = ()
    days_fresh: Mapping[str, int] = field(default_factory=dict)


_sights: list[Callable[..., Sight]] = []
_readers: list[Callable[..., frozenset[str]]] = []


def register_sight(read: Callable[..., Sight]) -> None:
    """`read(user, in_portal=…)`: there is one such app above, or none."""
    _sights[:] = [read]


def sight_of(user, *, in_portal: bool = False) -> Sight:
    return next((read(user, in_portal=in_portal) for read in _sights), Sight())


def register_visibility(read: Callable[..., frozenset[str]]) -> None:
    """`read(user, in_portal=…)` gives the keys that are hidden, such as `website`, `regions` or `performance`."""
    if read not in _readers:
        _readers.append(read)


def hidden_from(user, *, in_portal: bool = False) -> frozenset[str]:
    """`in_portal` is for pages of the portal: whoever reads them, also a manager who views it as a contact, sees there only what
    the partner may see, too."""
    return frozenset().union(*(read(user, in_portal=in_portal) for read in _readers))


_evidence_readers: list[Callable[..., bool]] = []


def register_evidence_reader(may_see: Callable[..., bool]) -> None:
    """`may_see(evidence, user)`: whether this reader sees something that the file proves."""
    if may_see not in _evidence_readers:
        _evidence_readers.append(may_see)


def may_see_evidence(evidence, user) -> bool:
    """Of a partner that the reader may see: their own file, or one that proves something they see."""
    return evidence.uploaded_by_id == user.pk or any(may_see(evidence, user) for may_see in _evidence_readers)
