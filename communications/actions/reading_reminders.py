"""A partner's admin reminds a colleague of what waits for their acknowledgement: once a day, outside quiet hours, within the
person's budget of attention and the limits of sending. What they do not want to be reminded of by mail waits in the portal."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.languages import words_for
from activity.notice_names import NoticeName
from activity.refusals import NotAllowed, Refused
from activity.uniqueness import unless_taken
from communications.actions.attention import give_back, take_attention
from communications.actions.limits import hold_for, learn_from
from communications.actions.reminders import reminder_topic
from communications.channels.contract import MailChannel, hand_over_one
from communications.channels.mail import mail_channel
from communications.models import (
    Announcement,
    Channel,
    DeliveryState,
    ReadingReminder,
    Suppression,
    Topic,
    TopicPreference,
)
from communications.queries.attention import attention_policy, programme_of, reader_of
from communications.queries.feed import FeedItem, feed_items, feed_rows
from communications.queries.must_read import unacknowledged
from communications.rendering.reading_reminders import reading_mail
from communications.rendering.signing import signed
from communications.way_out import register_way_out
from partners.models import Contact

AT_MOST_A_RUN = 200
ABANDONED_AFTER = timedelta(minutes=10)
GIVEN_UP_AFTER = timedelta(days=2)
State = ReadingReminder.State


def register() -> None:
    register_way_out("reading", _way_out)


@transaction.atomic
def remind_to_read(announcement: Announcement, contact: Contact, *, by: Contact) -> ReadingReminder:
    if not by.is_partner_admin or contact.partner_id != by.partner_id:
        raise NotAllowed(_("Only your organisation's portal admins may do this."))
    if not unacknowledged(by.partner).filter(announcement=announcement, contact_id=contact.pk).exists():
        raise Refused(_("%(name)s has nothing to acknowledge there.") % {"name": contact})
    day = timezone.now().date()
    told = Refused(
        _("%(name)s was reminded of this today. Once a day is enough; speak to them.") % {"name": contact}, code="reminded"
    )
    with unless_taken(told, "reminded_to_read_once_a_day"):
        row = ReadingReminder.objects.create(announcement=announcement, contact=contact, by=by.user, day=day)
    words = {"who": by, "name": contact, "title": announcement}
    record_activity("announcement.reminded", _("%(who)s reminded %(name)s of “%(title)s”") % words, by=by.user,
                    partner_id=by.partner_id, subject=announcement)  # fmt: skip
    return row


def send_reading_reminders() -> int:
    """Returns how many mails a server took."""
    now = timezone.now()
    abandoned = ReadingReminder.objects.filter(state=State.SENDING, not_before__lt=now - ABANDONED_AFTER)
    abandoned.update(state=State.FAILED, reason=_("the worker stopped while it was being sent"))
    ReadingReminder.objects.filter(state=State.WAITING, asked_at__lt=now - GIVEN_UP_AFTER).update(state=State.NEEDLESS)
    due = ReadingReminder.objects.filter(state=State.WAITING, not_before__lte=now).order_by("not_before", "pk")
    waiting = list(due.values_list("pk", flat=True)[:AT_MOST_A_RUN])
    if not waiting:
        return 0
    topic = reminder_topic()
    with mail_channel() as channel:
        return sum(_send(pk, topic, channel) for pk in waiting)


def _send(pk: int, topic: Topic, channel: MailChannel) -> bool:
    begun = _begin(pk, topic)
    if begun is None:
        return False
    row, item, slot = begun
    programme = programme_of(row.contact)
    with words_for(row.contact.language):
        content = reading_mail(row, item, programme)
    sender = NoticeName("reading", pk).return_address(programme.sender_email)
    outcome = hand_over_one(channel, sender, row.address, signed(content))
    learn_from([(row.address, outcome)])
    is_sent = outcome.state == DeliveryState.DELIVERED
    if not is_sent:
        give_back([slot])
    state = State.SENT if is_sent else State.WAITING if outcome.state == DeliveryState.DEFERRED else State.FAILED
    when = timezone.now() if is_sent else timezone.now() + ABANDONED_AFTER
    ReadingReminder.objects.filter(pk=pk).update(state=state, reason=outcome.reason[:300], not_before=when)
    if outcome.refuses_address:
        Suppression.objects.get_or_create(address=row.address, defaults={"reason": outcome.reason[:300]})
    return is_sent


@transaction.atomic
def _begin(pk: int, topic: Topic) -> tuple[ReadingReminder, FeedItem, tuple] | None:
    """Committed before anything leaves. None where it is not to be sent, or not now."""
    rows = ReadingReminder.objects.select_for_update(skip_locked=True, of=("self",))
    row = rows.select_related("contact__user", "contact__partner", "by").filter(pk=pk, state=State.WAITING).first()
    if row is None:
        return None
    item = _still_to_read(row)
    if item is None or not _is_mailed(row.contact, topic):
        ReadingReminder.objects.filter(pk=pk).update(state=State.NEEDLESS)
        return None
    reader, now = reader_of(row.contact, programme_of(row.contact)), timezone.now()
    if quiet_until := reader.end_of_quiet(now):
        ReadingReminder.objects.filter(pk=pk).update(not_before=quiet_until)
        return None
    slot = next(iter(take_attention([reader.person], attention_policy()).items()), None)
    if slot is None:
        ReadingReminder.objects.filter(pk=pk).update(not_before=now + timedelta(hours=1))
        return None
    if hold := hold_for(row.contact.email):
        give_back([slot])
        ReadingReminder.objects.filter(pk=pk).update(not_before=hold.until)
        return None
    row.state, row.address, row.not_before = State.SENDING, row.contact.email.lower(), now
    row.save(update_fields=["state", "address", "not_before"])
    return row, item, slot


def _still_to_read(row: ReadingReminder) -> FeedItem | None:
    if row.contact.left_on is not None:
        return None
    items = feed_items(feed_rows(row.contact).filter(pk=row.announcement_id), row.contact)
    return next((item for item in items if item.needs_acknowledgement), None)


def _is_mailed(contact: Contact, topic: Topic) -> bool:
    address = contact.email.lower()
    if not address or Suppression.objects.filter(address=address).exists():
        return False
    return not TopicPreference.objects.filter(address=address, topic=topic, channel=Channel.EMAIL, is_wanted=False).exists()


def _way_out(pk: int) -> tuple[str, Topic] | None:
    row = ReadingReminder.objects.filter(pk=pk).first()
    return (row.address, reminder_topic()) if row else None
