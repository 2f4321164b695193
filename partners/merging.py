"""What takes part when two partners become one, and when one becomes two.

In a merge every row that names a partner by a foreign key follows by itself: no table of an app above can be forgotten. What
does not name it so, or must do something of its own, is registered here in `AppConfig.ready`; this app only asks what is there.
In a split nothing goes but what was chosen among the rows that are registered as movable, and what follows those."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from partners.models import Headcount, LikelyDuplicate, Merge, MergeMove, NotTheSame, Partner, PartnerProfile, Split, SplitMove

# These say who was merged or split, or are made anew.
STAY: set = {Partner, PartnerProfile, Headcount, LikelyDuplicate, Merge, MergeMove, NotTheSame, Split, SplitMove}


@dataclass(frozen=True)
class Item:
    """What goes or stays as one: a row, or several that nobody would tell apart, such as the figures of one metric. Of a place
    in a programme `may_be_both` says that each of the two can have one."""

    rows: tuple[int, ...]
    label: str
    detail: str = ""
    may_be_both: bool = False

    @property
    def key(self) -> str:
        return str(self.rows[0])


@dataclass(frozen=True)
class Movable:
    """Rows of one table that may go to the new partner in a split. `read(partner, user)` gives as items what this reader sees of
    them, unless the data point `hidden_by` is hidden from them; `columns` say whose a row is."""

    key: str
    title: str
    model: type[models.Model]
    read: Callable[..., list[Item]]
    columns: tuple[str, ...] = ("partner_id",)
    order: int = 50
    hidden_by: str = ""


_movables: dict[str, Movable] = {}
_companions: list[Callable] = []
_movers: list[Callable] = []
_people_movers: list[Callable] = []
_people_tables: set[type[models.Model]] = set()
_left_behind: dict[type[models.Model], str] = {}
_followers: list[Callable[[Iterable[int]], None]] = []
_comparers: list[Callable] = []


def tables_of_partners() -> list[tuple[type[models.Model], models.ForeignKey]]:
    """Every table with a foreign key to a partner, its history and what stays apart."""
    fields = [
        (model, field)
        for model in apps.get_models(include_auto_created=True)
        if model not in STAY and not hasattr(model, "pgh_id") and not model._meta.proxy and model._meta.managed
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Partner
    ]
    return sorted(fields, key=lambda pair: (pair[0]._meta.label, pair[1].name))


def register_mover(move: Callable) -> None:
    """`move(journal, kept, merged)` gives rows to the kept partner by `journal.set`."""
    _add(_movers, move)


def register_same_person(move: Callable, *tables: type[models.Model]) -> None:
    """`move(journal, stays, goes)`: two contacts with one address were one person; what is known of the person follows. `tables`
    are those whose rows it gives to the one who stays."""
    _add(_people_movers, move)
    _people_tables.update(tables)


def register_left_behind(table: type[models.Model], why: str) -> None:
    """A table whose rows go on naming the contact that goes, in words for whoever wonders."""
    _left_behind[table] = why


def register_follower(follow: Callable[[Iterable[int]], None]) -> None:
    """`follow(partner_ids)` brings up to date what is derived from a partner's rows."""
    _add(_followers, follow)


def register_comparer(read: Callable) -> None:
    """`read(kept, merged, user)` gives (label, value of the kept one, value of the other) of what differs, for the preview."""
    _add(_comparers, read)


def register_movable(movable: Movable) -> None:
    _movables[movable.key] = movable


def register_companion(move: Callable) -> None:
    """`move(journal, partner, made)` gives to the new partner, by `journal.hand_over`, what belongs to rows that went there."""
    _add(_companions, move)


def movables() -> dict[str, Movable]:
    """In the order of the page."""
    return {movable.key: movable for movable in sorted(_movables.values(), key=lambda movable: movable.order)}


def companions() -> list[Callable]:
    return list(_companions)


def movers() -> list[Callable]:
    return list(_movers)


def people_movers() -> list[Callable]:
    return list(_people_movers)


def tables_of_people() -> set[type[models.Model]]:
    return set(_people_tables)


def left_behind() -> dict[type[models.Model], str]:
    return dict(_left_behind)


def follow(partner_ids: Iterable[int]) -> None:
    for each in _followers:
        each(partner_ids)


def comparisons(kept: Partner, merged: Partner, user) -> list[tuple[str, str, str]]:
    return [row for read in _comparers for row in read(kept, merged, user)]


def _add(registry: list, entry) -> None:
    if entry not in registry:
        registry.append(entry)
