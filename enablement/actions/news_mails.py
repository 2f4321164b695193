"""Telling people by mail what is new for them: one mail for all of it, within their budget of attention, outside their quiet hours
and within the limits of sending. What does not fit waits; the portal has it at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.languages import words_for
from activity.notice_kinds import NoticeKind, register_notices
from activity.notice_names import NoticeName
from communications.actions.attention import give_back, take_attention
from communications.actions.limits import hold_for, learn_from
from communications.actions.notice_kinds import stops
from communications.channels.contract import MailChannel, hand_over_one
from communications.channels.mail import mail_channel
from communications.models import AttentionPreference, Channel, DeliveryState, Suppression, Topic, TopicPreference
from communications.queries.attention import attention_policy, best_hours, hour_or_default, programme_of, reader_of
from communications.rendering.signing import signed
from communications.way_out import register_way_out
from enablement.models import NewsMail
from enablement.rendering.news_mails import News, Words, news_mail
from partners.models import Contact, Programme

AT_MOST_A_RUN = 200
ABANDONED_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class NewsSource:
    """Of what people are told. `due(until)` are rows with `contact`, `told_at` and `not_before` for which something came until
    then; `news` finds what of it the person may still read; `words` say what the mail is about and why it came."""

    kind: str
    topic: Callable[[], Topic]
    settles_after: timedelta
    due: Callable[[datetime], QuerySet]
    news: Callable[[list, Contact, datetime], list[News]]
    words: Callable[[list[News]], Words]


def register_news(source: NewsSource) -> None:
    """What stops its mails, and that what comes back about them counts."""

    def way_out(pk: int) -> tuple[str, Topic] | None:
        row = NewsMail.objects.filter(pk=pk, kind=source.kind).first()
        return (row.address, source.topic()) if row else None

    register_way_out(source.kind, way_out)
    register_notices(
        NoticeKind(source.kind, lambda: NewsMail.objects.filter(kind=source.kind), stop=stops(source.topic)),
    )


def mail_news(source: NewsSource) -> int:
    """Returns how many mails a server took."""
    settle_abandoned_news_mails()
    due = _now_due(source.due(timezone.now() - source.settles_after))
    people = list(due.order_by("contact_id").values_list("contact_id", flat=True).distinct()[:AT_MOST_A_RUN])
    if not people:
        return 0
    topic = source.topic()
    with mail_channel() as channel:
        return sum(_tell(contact_id, source, topic, channel) for contact_id in people)


def settle_abandoned_news_mails() -> int:
    """Their worker vanished: the mail may have arrived, so it is not sent again."""
    abandoned = NewsMail.objects.filter(state=NewsMail.State.SENDING, at__lt=timezone.now() - ABANDONED_AFTER)
    return abandoned.update(state=NewsMail.State.FAILED, reason=_("the worker stopped while it was being sent"))


def _now_due(rows: QuerySet) -> QuerySet:
    return rows.filter(Q(not_before=None) | Q(not_before__lte=timezone.now()))


@dataclass(frozen=True)
class _Begun:
    mail: NewsMail
    contact: Contact
    programme: Programme
    news: list[News]
    slot: tuple[str, datetime]
    rows: list[Any]  # with what each had been told before


def _tell(contact_id: int, source: NewsSource, topic: Topic, channel: MailChannel) -> bool:
    begun = _begin(contact_id, source, topic)
    if begun is None:
        return False
    with words_for(begun.contact.language):
        content = news_mail(begun.mail, begun.contact, begun.programme, begun.news, source.words(begun.news))
    sender = NoticeName(source.kind, begun.mail.pk).return_address(begun.programme.sender_email)
    outcome = hand_over_one(channel, sender, begun.mail.address, signed(content))
    learn_from([(begun.mail.address, outcome)])
    is_sent = outcome.state == DeliveryState.DELIVERED
    if not is_sent:
        give_back([begun.slot])
    if outcome.state == DeliveryState.DEFERRED:
        for row in begun.rows:  # the server asked to wait
            _keep([row], told_at=row.told_at, not_before=timezone.now() + ABANDONED_AFTER)
    state = NewsMail.State.SENT if is_sent else NewsMail.State.FAILED
    NewsMail.objects.filter(pk=begun.mail.pk).update(state=state, reason=outcome.reason[:300])
    if outcome.refuses_address:
        Suppression.objects.get_or_create(address=begun.mail.address, defaults={"reason": outcome.reason[:300]})
    return is_sent


@transaction.atomic
def _begin(contact_id: int, source: NewsSource, topic: Topic) -> _Begun | None:
    """Committed before anything leaves: of two workers one finds the rows, and a crash tells nothing twice."""
    until = timezone.now() - source.settles_after
    rows = list(_now_due(source.due(until)).filter(contact=contact_id).select_for_update(skip_locked=True, of=("self",)))
    contact = Contact.objects.select_related("user", "partner").get(pk=contact_id)
    if not rows:
        return None
    with words_for(contact.language):
        news = source.news(rows, contact, until) if _is_mailed(contact, topic) else []
    if not news:
        _keep(rows, told_at=until, not_before=None)
        return None
    programme = programme_of(contact)
    reader = reader_of(contact, programme)
    if quiet_until := reader.end_of_quiet(timezone.now()):
        _keep(rows, not_before=quiet_until)
        return None
    slot = next(iter(take_attention([reader.person], attention_policy()).items()), None)
    if slot is None:
        wants_digest = reader.rhythm != AttentionPreference.Rhythm.NEVER
        hour = hour_or_default(best_hours({contact.pk: reader})[contact.pk])
        _keep(rows, not_before=reader.next_digest(timezone.now(), hour) if wants_digest else timezone.now() + timedelta(days=1))
        return None
    if hold := hold_for(contact.email):
        give_back([slot])
        _keep(rows, not_before=hold.until)
        return None
    _keep(rows, told_at=until, not_before=None)
    mail = NewsMail.objects.create(kind=source.kind, contact=contact, address=contact.email.lower())
    return _Begun(mail, contact, programme, news, slot, rows)


def _is_mailed(contact: Contact, topic: Topic) -> bool:
    address = contact.email.lower()
    if not address or contact.left_on is not None or Suppression.objects.filter(address=address).exists():
        return False
    unwanted = TopicPreference.objects.filter(address=address, topic=topic, channel=Channel.EMAIL, is_wanted=False)
    return not unwanted.exists()


def _keep(rows: list, **values) -> None:
    type(rows[0]).objects.filter(pk__in=[row.pk for row in rows]).update(**values)
