"""Which of a partner's columns and kinds of typed rows a reader must not see.

Who may see what is kept with the data points, in the app above; it registers in `AppConfig.ready`, and this app only asks."""

from collections.abc import Callable

_readers: list[Callable[..., frozenset[str]]] = []


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
