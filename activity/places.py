"""The places of the portal: what stands in its bar, in which order, and for whom.

Each app says in `AppConfig.ready` which places it has; the portal only asks what is there. On a phone the first few stand in the
bar and the others behind “More”, so the order says what a partner's person comes for most."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Place:
    """`page` is the name of its address, `icon` a Heroicon, `key` the letter that leads there after `g`. `is_for` and `waiting`
    get the contact who reads: the first says whether the place is theirs and asks the database nothing, the second how much
    waits there."""

    name: str
    label: Any
    icon: str
    page: str
    order: int
    key: str = ""
    is_for: Callable[[Any], bool] | None = None
    waiting: Callable[[Any], int] | None = None


_places: dict[str, Place] = {}


def register_place(place: Place) -> None:
    taken = next((other for other in _places.values() if place.key and other.key == place.key and other.name != place.name), None)
    if taken:
        raise ValueError(f"The key {place.key} leads to {taken.name} already; choose another for {place.name}.")
    _places[place.name] = place


def places_for(contact) -> list[Place]:
    mine = (place for place in _places.values() if place.is_for is None or place.is_for(contact))
    return sorted(mine, key=lambda place: (place.order, place.name))
