"""Whose rules there are: segments, tiers, stages, announcements on their way. What rules speak of is not changed behind their back.

They register in `AppConfig.ready`; this app only asks what is there."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from activity.uses import Use


@dataclass(frozen=True)
class RuleUser:
    """`rule` picks partners and `contact_rule` people, as JSON."""

    use: Use
    rule: object
    contact_rule: object = None


_readers: list[Callable[[], Iterable[RuleUser]]] = []


def register_rule_users(read: Callable[[], Iterable[RuleUser]]) -> None:
    if read not in _readers:
        _readers.append(read)


def all_rule_users() -> Iterator[RuleUser]:
    for read in _readers:
        yield from read()
