"""Mails that are no deliveries, when something becomes known of them after a server had taken them: digests and reminders."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from communications.actions.digests import ABANDONED_AFTER, digest_arrived, digest_came_back
from communications.actions.preferences import set_digest_rhythm, set_preference
from communications.actions.reminders import reminder_topic
from communications.models import AttentionPreference, Digest, ReadingReminder, Reminder
from communications.notice_names import NoticeName, read_notice_name


@dataclass(frozen=True)
class Notice:
    """One such mail; its row is locked, so that of two reports at once one comes after the other."""

    name: NoticeName
    address: str
    sent_at: datetime
    is_sending: bool

    def __str__(self) -> str:
        return f"{self.name.kind}.{self.name.pk}"

    def came_back(self, reason: str) -> bool:
        """False where it was known."""
        return _KINDS[self.name.kind].came_back(self.name.pk, reason[:300])

    def stop(self, *, how: str) -> None:
        """They want no more of these."""
        if self.name.kind == "digest":
            digest = Digest.objects.select_related("contact__user").get(pk=self.name.pk)
            set_digest_rhythm(digest.contact, AttentionPreference.Rhythm.NEVER, how=how)
        else:
            set_preference(self.address, reminder_topic(), is_wanted=False, how=how)

    def arrived(self) -> None:
        """What was in doubt is settled by who knows."""
        if self.name.kind == "digest":
            digest_arrived(self.name.pk)


def notice_named(text: str) -> Notice | None:
    """By its sealed name, or an address or Message-ID that has it; None where it is none of ours, or nobody's any more."""
    name = read_notice_name(text)
    return _KINDS[name.kind].find(name) if name is not None and name.kind in _KINDS else None


@dataclass(frozen=True)
class _Kind:
    find: Callable[[NoticeName], Notice | None]
    came_back: Callable[[int, str], bool]


def _digest(name: NoticeName) -> Notice | None:
    row = Digest.objects.select_for_update().filter(pk=name.pk).exclude(address="").first()
    return row and Notice(name, row.address, row.sent_at or timezone.now(), row.state == Digest.State.SENDING)


def _reminder(name: NoticeName) -> Notice | None:
    """A worker that died over one says so never: after a while it is taken for sent, as it may be."""
    row = Reminder.objects.select_for_update().filter(pk=name.pk).exclude(address="").first()
    is_fresh = row is not None and row.sent_at > timezone.now() - ABANDONED_AFTER
    return row and Notice(name, row.address, row.sent_at, is_fresh and row.state == Reminder.State.SENDING)


def _reminder_came_back(pk: int, reason: str) -> bool:
    rows = Reminder.objects.filter(pk=pk, state__in=(Reminder.State.DELIVERED, Reminder.State.SENDING))
    return bool(rows.update(state=Reminder.State.FAILED, reason=reason))


def _reading_reminder(name: NoticeName) -> Notice | None:
    row = ReadingReminder.objects.select_for_update().filter(pk=name.pk).exclude(address="").first()
    return row and Notice(name, row.address, row.not_before, row.state == ReadingReminder.State.SENDING)


def _reading_reminder_came_back(pk: int, reason: str) -> bool:
    rows = ReadingReminder.objects.filter(pk=pk, state=ReadingReminder.State.SENT)
    return bool(rows.update(state=ReadingReminder.State.FAILED, reason=reason))


_KINDS = {
    "digest": _Kind(_digest, digest_came_back),
    "reminder": _Kind(_reminder, _reminder_came_back),
    "reading": _Kind(_reading_reminder, _reading_reminder_came_back),
}
