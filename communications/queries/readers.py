"""As whom a manager looks at an announcement: people of its audience, found by name, partner or address."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db.models import Q, QuerySet

from partners.models import Contact

READERS_OFFERED = 50


@dataclass(frozen=True)
class Readers:
    """The first of those that match, the chosen one among them; `more` says that there are others to search for."""

    people: tuple[Contact, ...]
    more: bool = False


def reader_of(audience: QuerySet[Contact], user, *, look_as: UUID | None = None, look_for: str = "") -> Contact | None:
    """The chosen one where they match, else the first who does."""
    seen = _matching(audience, user, look_for)
    chosen = seen.filter(public_id=look_as).first() if look_as else None
    return chosen or seen.first()


def readers_of(audience: QuerySet[Contact], user, *, look_as: UUID | None = None, look_for: str = "") -> Readers:
    """At most two queries, whatever the audience."""
    seen = _matching(audience, user, look_for)
    first = list(seen[: READERS_OFFERED + 1])
    people, more = first[:READERS_OFFERED], len(first) > READERS_OFFERED
    if more and look_as and all(one.public_id != look_as for one in people):
        people = [*seen.filter(public_id=look_as), *people]
    return Readers(tuple(people), more)


def _matching(audience: QuerySet[Contact], user, words: str) -> QuerySet[Contact]:
    seen = audience.visible_to(user).select_related("partner").order_by("name", "pk")
    for word in _few(words.replace("\x00", "").split()):
        seen = seen.filter(Q(name__icontains=word) | Q(partner__name__icontains=word) | Q(email__icontains=word))
    return seen


def _few(words: Iterable[str]) -> Iterable[str]:
    return islice(words, 5)
