"""Which partners a person may read about. Partners are owned by an app above this one, which says so when it is ready."""

from collections.abc import Callable

from django.db.models import QuerySet

_partners: list[Callable[..., QuerySet]] = []


def register_reach(partner_ids: Callable[..., QuerySet]) -> None:
    """`partner_ids(user)` is a query of the ids of the partners that the person may see."""
    _partners[:] = [partner_ids]


def partners_within_reach(user) -> QuerySet:
    return _partners[0](user)
