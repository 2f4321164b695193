"""Where a manager goes from a search that found nothing: each app that could have had the answer joins in `AppConfig.ready`."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Door:
    """`address(words)` is empty where it leads nowhere; `permission` is what one needs to go through it."""

    label: str | Promise
    address: Callable[[str], str]
    permission: str


_doors: list[Door] = []


def register_door(door: Door) -> None:
    if door not in _doors:
        _doors.append(door)


def doors_for(user) -> list[Door]:
    return [door for door in _doors if user.has_perm(door.permission)]
