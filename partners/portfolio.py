"""What belongs to a manager's portfolio beside its enrolments: each app above registers its part in `AppConfig.ready`, so that a
hand-over moves it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from partners.models import Programme


@dataclass(frozen=True)
class Portfolio:
    """What one manager gives: `partner_ids` are the partners that move. What belongs to no partner goes along unless only some
    partners were named (`is_of_some`), and of one programme alone where only that moves."""

    manager: object
    partner_ids: tuple[int, ...]
    programme: Programme | None = None
    is_of_some: bool = False

    @property
    def is_whole(self) -> bool:
        return self.programme is None and not self.is_of_some

    def about_its_partners(self, field: str) -> Q:
        """Rows about partners that move and, with the whole portfolio, those about none."""
        about = Q(**{f"{field}__in": self.partner_ids})
        return about | Q(**{field: None}) if self.is_whole else about


@dataclass(frozen=True)
class Part:
    """`find(portfolio)` are the rows that move; `move(rows, to)` moves them and says how many."""

    key: str
    label: str
    find: Callable[[Portfolio], QuerySet]
    move: Callable[..., int]


_parts: dict[str, Part] = {}


def register_part(key: str, label: str, find: Callable[[Portfolio], QuerySet], move: Callable[..., int]) -> None:
    """`label` is lazily translated."""
    _parts[key] = Part(key, label, find, move)


def parts() -> list[Part]:
    return sorted(_parts.values(), key=lambda part: part.key, reverse=True)
