"""What relies on a segment, and what can be done with it next: other segments, announcements, and whatever the apps above name.

They register in `AppConfig.ready`; this app only asks what is there."""

from collections.abc import Callable, Iterable

from activity.uses import Use

_readers: list[Callable[..., Iterable[Use]]] = []
_steps: list[Callable[..., Iterable[tuple[str, str]]]] = []


def register_segment_uses(read: Callable[..., Iterable[Use]]) -> None:
    """`read(segment, user)` gives its uses that this user may see, all of them where `user` is None."""
    if read not in _readers:
        _readers.append(read)


def uses_of_segment(segment, user=None) -> list[Use]:
    return [use for read in _readers for use in read(segment, user)]


def register_next_steps(read: Callable[..., Iterable[tuple[str, str]]]) -> None:
    """`read(segment, user)` gives what this user may do with it, in words and with its address."""
    if read not in _steps:
        _steps.append(read)


def next_steps(segment, user) -> list[tuple[str, str]]:
    return [step for read in _steps for step in read(segment, user)]
