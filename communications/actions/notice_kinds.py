"""The mails of this app that are no deliveries. Whatever is added to them joins here, and what comes back about it counts."""

from collections.abc import Callable
from typing import Any

from activity.models import SentMail
from activity.notice_kinds import NoticeKind, register_notices, sent_mails
from communications.actions.digests import digest_came_back
from communications.actions.discussion_mails import discussions_topic
from communications.actions.opinion_mails import opinions_topic
from communications.actions.preferences import set_digest_rhythm, set_preference
from communications.actions.reminders import reminder_topic
from communications.models import (
    AttentionPreference,
    ConversationMessage,
    CrisisCall,
    Digest,
    DiscussionMail,
    OpinionAsk,
    ReadingReminder,
    Reminder,
    Topic,
)


def register() -> None:
    register_notices(
        NoticeKind(
            "digest", Digest.objects.all, sent_at="sent_at", taken="delivered", in_doubt=("in_doubt",),
            came_back=digest_came_back, stop=_stop_digests,
        ),
        NoticeKind("reminder", Reminder.objects.all, sent_at="sent_at", taken="delivered", stop=stops(reminder_topic)),
        NoticeKind("reading", ReadingReminder.objects.all, sent_at="not_before", stop=stops(reminder_topic)),
        NoticeKind("discussion", DiscussionMail.objects.all, stop=stops(discussions_topic)),
        sent_mails("opinion", came_back=_opinion_came_back, stop=stops(opinions_topic)),
        sent_mails("conversation", came_back=_message_came_back),
        sent_mails("answer", came_back=_message_came_back, is_to_partners=False),
        NoticeKind(
            "crisis", CrisisCall.objects.all, address="user__email", sent_at="due_at", taken="delivered", is_to_partners=False
        ),
        sent_mails("trial", is_to_partners=False),
    )  # fmt: skip


def stops(topic: Callable[[], Topic]) -> Callable[[Any, str, str], None]:
    """What somebody unsubscribes from with such a mail."""
    return lambda _row, address, how: set_preference(address, topic(), is_wanted=False, how=how)


def _stop_digests(digest: Digest, _address: str, how: str) -> None:
    set_digest_rhythm(digest.contact, AttentionPreference.Rhythm.NEVER, how=how)


def _opinion_came_back(mail: SentMail, reason: str) -> None:
    OpinionAsk.objects.filter(pk=mail.about_id).update(mail=OpinionAsk.Mail.FAILED, mail_reason=reason)


def _message_came_back(mail: SentMail, reason: str) -> None:
    ConversationMessage.objects.filter(pk=mail.about_id).update(mail=ConversationMessage.Mail.FAILED, mail_reason=reason)
