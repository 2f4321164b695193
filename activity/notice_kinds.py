"""Every sort of mail that is no delivery, and the rows that say what became of each. Each app joins in `AppConfig.ready`: what
comes back about any of them is then known, and counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from activity.models import SentMail


@dataclass(frozen=True)
class NoticeKind:
    """`rows()` are of this sort, one for each mail; the next names are those of their fields, a path with “__”, and of their
    states. `came_back(row, reason)` tells whoever else should know, in the same transaction; `stop(row, address, how)` is what an
    unsubscription at the mail provider does. Of mails to our own side (not `is_to_partners`) nobody is given up."""

    key: str
    rows: Callable[[], QuerySet]
    address: str = "address"
    sent_at: str = "at"
    state: str = "state"
    taken: str = "sent"  # by a server
    sending: str = "sending"
    failed: str = "failed"
    in_doubt: tuple[str, ...] = ()
    is_to_partners: bool = True
    came_back: Callable[[Any, str], None] | None = None
    stop: Callable[[Any, str, str], None] | None = None

    def address_of(self, row: Any) -> str:
        return attrgetter(self.address.replace("__", "."))(row).lower()

    def sent_at_of(self, row: Any) -> datetime | None:
        return getattr(row, self.sent_at)

    def state_of(self, row: Any) -> str:
        return getattr(row, self.state)

    def fail(self, row: Any, reason: str) -> bool:
        """False where it was known."""
        return self._move(row, (self.taken, self.sending, *self.in_doubt), self.failed, reason)

    def settle(self, row: Any) -> None:
        """What was in doubt has arrived."""
        self._move(row, self.in_doubt, self.taken, "")

    def _move(self, row: Any, states: tuple[str, ...], to: str, reason: str) -> bool:
        rows = self.rows().filter(pk=row.pk, **{f"{self.state}__in": states})
        return bool(rows.update(**{self.state: to, "reason": reason}))

    def arrived(self, address: str) -> QuerySet:
        """Those to an address, in small letters, that a server took and that did not come back."""
        return self.rows().filter(**{self.address: address, self.state: self.taken})


_kinds: dict[str, NoticeKind] = {}


def register_notices(*kinds: NoticeKind) -> None:
    _kinds.update({kind.key: kind for kind in kinds})


def notice_kinds() -> dict[str, NoticeKind]:
    return dict(_kinds)


def sent_mails(key: str, **values) -> NoticeKind:
    """A sort of mails that have no rows of their own."""
    return NoticeKind(key, lambda: SentMail.objects.filter(kind=key), **values)
