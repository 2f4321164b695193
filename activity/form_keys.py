"""What a form makes once, also where it is posted three times at the same moment: the form brings the id of what it will make."""

import hashlib
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from activity.public_ids import PublicModel

M = TypeVar("M", bound=PublicModel)


def made_once(rows: QuerySet[M], key: UUID | None, make: Callable[..., M], *, is_same: Callable[[M], bool]) -> M:
    """`make(**fields)` makes the row, with these fields besides its own. What `rows` has by this key is given back instead where
    it `is_same`; where it is not, somebody went back in their browser and wrote something else, which is made, too. Call it
    inside a transaction: a second post waits until the first is through."""
    if key is None:
        return make()
    _wait_for(key)
    made = rows.filter(public_id=key).first()
    if made is not None and is_same(made):
        return made
    is_taken = made is not None or rows.model._default_manager.filter(public_id=key).exists()
    return make() if is_taken else make(public_id=key)


def says(words: dict) -> Callable[[PublicModel], bool]:
    """For `is_same`: whether a row has these values."""
    return lambda made: all(getattr(made, name) == value for name, value in words.items())


def posted_key(given: str | None) -> UUID | None:
    """Of a form written by hand; what is no key is none."""
    try:
        return UUID(given) if given else None
    except ValueError:
        return None


def _wait_for(key: UUID) -> None:
    number = int.from_bytes(hashlib.sha256(f"form {key}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
