"""What takes part when two partners become one.

Every row that names a partner by a foreign key follows by itself: no table of an app above can be forgotten. What does not
name it so, or must do something of its own, is registered here in `AppConfig.ready`; this app only asks what is there."""

from collections.abc import Callable, Iterable

from partners.models import Merge, MergeMove, NotTheSame, Partner, PartnerProfile

# These say who was merged, or are made anew.
STAY: set = {Partner, PartnerProfile, Merge, MergeMove, NotTheSame}

_movers: list[Callable] = []
_people_movers: list[Callable] = []
_followers: list[Callable[[Iterable[int]], None]] = []
_comparers: list[Callable] = []


def register_mover(move: Callable) -> None:
    """`move(journal, kept, merged)` gives rows to the kept partner by `journal.set`."""
    _add(_movers, move)


def register_same_person(move: Callable) -> None:
    """`move(journal, stays, goes)`: two contacts with one address were one person; what is known of the person follows."""
    _add(_people_movers, move)


def register_follower(follow: Callable[[Iterable[int]], None]) -> None:
    """`follow(partner_ids)` brings up to date what is derived from a partner's rows."""
    _add(_followers, follow)


def register_comparer(read: Callable) -> None:
    """`read(kept, merged, user)` gives (label, value of the kept one, value of the other) of what differs, for the preview."""
    _add(_comparers, read)


def movers() -> list[Callable]:
    return list(_movers)


def people_movers() -> list[Callable]:
    return list(_people_movers)


def follow(partner_ids: Iterable[int]) -> None:
    for each in _followers:
        each(partner_ids)


def comparisons(kept: Partner, merged: Partner, user) -> list[tuple[str, str, str]]:
    return [row for read in _comparers for row in read(kept, merged, user)]


def _add(registry: list, entry) -> None:
    if entry not in registry:
        registry.append(entry)
