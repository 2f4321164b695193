"""Mails that are no deliveries, when something becomes known of them after a server had taken them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from activity.notice_kinds import NoticeKind, notice_kinds
from activity.notice_names import NoticeName, read_notice_name

ABANDONED_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Notice:
    """One such mail; its row is locked, so that of two reports at once one comes after the other."""

    kind: NoticeKind
    row: Any

    def __str__(self) -> str:
        return f"{self.kind.key}.{self.row.pk}"

    @property
    def address(self) -> str:
        return self.kind.address_of(self.row)

    @property
    def sent_at(self) -> datetime:
        return self.kind.sent_at_of(self.row) or timezone.now()

    @property
    def is_sending(self) -> bool:
        """A worker that died over one says so never: after a while it is taken for sent, as it may be."""
        return self.kind.state_of(self.row) == self.kind.sending and self.sent_at > timezone.now() - ABANDONED_AFTER

    def came_back(self, reason: str) -> bool:
        """False where it was known."""
        is_new = self.kind.fail(self.row, reason[:300])
        if is_new and self.kind.came_back:
            self.kind.came_back(self.row, reason[:300])
        return is_new

    def stop(self, *, how: str) -> None:
        """They want no more of these."""
        if self.kind.stop:
            self.kind.stop(self.row, self.address, how)

    def arrived(self) -> None:
        """What was in doubt is settled by who knows."""
        self.kind.settle(self.row)


def notice_named(text: str) -> Notice | None:
    """By its sealed name, or an address or Message-ID that has it; None where it is none of ours, or nobody's any more."""
    name = read_notice_name(text)
    kind = notice_kinds().get(name.kind) if name is not None else None
    return _notice(kind, name) if name is not None and kind is not None else None


def _notice(kind: NoticeKind, name: NoticeName) -> Notice | None:
    row = kind.rows().select_for_update(of=("self",)).filter(pk=name.pk).first()
    return Notice(kind, row) if row is not None and kind.address_of(row) else None
