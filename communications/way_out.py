"""The way out of mails about a topic, for mails that are no deliveries: sealed, so that nobody stops another's mails."""

from collections.abc import Callable

from django.core import signing

from communications.models import Topic

_SALT = "communications.way_out"
_ways: dict[str, Callable[[int], tuple[str, Topic] | None]] = {}


def register_way_out(kind: str, find: Callable[[int], tuple[str, Topic] | None]) -> None:
    """`find(pk)` gives the address that a mail of this kind went to, and its topic. The apps above add theirs in `ready`."""
    _ways[kind] = find


def stopped_by(kind: str, pk: int) -> tuple[str, Topic] | None:
    return _ways[kind](pk) if kind in _ways else None


def way_out_token(kind: str, pk: int) -> str:
    return signing.Signer(salt=_SALT).sign(f"{kind}.{pk}")


def read_way_out(token: str) -> tuple[str, int] | None:
    """What kind of mail and which one; None where it is not one of ours."""
    try:
        kind, _dot, pk = signing.Signer(salt=_SALT).unsign(token).partition(".")
        return kind, int(pk)
    except (signing.BadSignature, ValueError):
        return None
