"""Telling people what is new where they follow along: one mail for all of it, within their budget of attention and outside their
quiet hours. What does not fit, or was asked for with the digest, waits for the time of their digest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.languages import words_for
from activity.notice_names import NoticeName
from communications.actions.attention import give_back, take_attention
from communications.actions.limits import hold_for, learn_from
from communications.channels.contract import MailChannel, hand_over_one
from communications.channels.mail import mail_channel
from communications.models import (
    AttentionPreference,
    Channel,
    DeliveryState,
    DiscussionMail,
    Follow,
    Post,
    Suppression,
    Topic,
    TopicPreference,
)
from communications.queries.attention import Reader, attention_policy, best_hours, hour_or_default, programme_of, reader_of
from communications.queries.discussions import discussions_for, news_of, said_to
from communications.rendering.discussions import News, discussion_mail
from communications.rendering.signing import signed
from partners.models import Contact, Programme

TOPIC = "discussions"
AT_MOST_A_RUN = 200
SETTLES_AFTER = timedelta(minutes=2)  # who writes three posts in a row is told of once
ABANDONED_AFTER = timedelta(minutes=10)


def discussions_topic() -> Topic:
    """What a person chooses in “What you receive”."""
    defaults = {"name": "Discussions", "description": "What is new in discussions and forums that you follow."}
    return Topic.objects.get_or_create(key=TOPIC, defaults=defaults)[0]


def mail_followers() -> int:
    """Returns how many mails a server took."""
    settle_abandoned_discussion_mails()
    people = list(_people_with_news()[:AT_MOST_A_RUN])
    if not people:
        return 0
    topic = discussions_topic()
    with mail_channel() as channel:
        return sum(_tell(contact_id, topic, channel) for contact_id in people)


def settle_abandoned_discussion_mails() -> int:
    """Their worker vanished: the mail may have arrived, so it is not sent again; the portal has it all."""
    abandoned = DiscussionMail.objects.filter(state=DiscussionMail.State.SENDING, at__lt=timezone.now() - ABANDONED_AFTER)
    return abandoned.update(state=DiscussionMail.State.FAILED, reason=_("the worker stopped while it was being sent"))


def _people_with_news():
    news = Post.objects.shown().filter(
        Q(discussion=OuterRef("discussion")) | Q(discussion__forum=OuterRef("forum")),
        at__gt=OuterRef("told_at"), at__lte=timezone.now() - SETTLES_AFTER, discussion__is_hidden=False,
    ).exclude(contact=OuterRef("contact"))  # fmt: skip
    return _due_follows().filter(Exists(news)).order_by("contact").values_list("contact", flat=True).distinct()


def _due_follows():
    return Follow.objects.filter(Q(not_before=None) | Q(not_before__lte=timezone.now()))


@dataclass(frozen=True)
class _Begun:
    mail: DiscussionMail
    contact: Contact
    programme: Programme
    news: list[News]
    slot: tuple[str, datetime]
    told: dict[int, datetime]  # what each subscription had been told before


def _tell(contact_id: int, topic: Topic, channel: MailChannel) -> bool:
    begun = _begin(contact_id, topic)
    if begun is None:
        return False
    contact = begun.contact
    with words_for(contact.language):
        content = discussion_mail(begun.mail, contact, begun.programme, begun.news)
    sender = NoticeName("discussion", begun.mail.pk).return_address(begun.programme.sender_email)
    outcome = hand_over_one(channel, sender, begun.mail.address, signed(content))
    learn_from([(begun.mail.address, outcome)])
    is_sent = outcome.state == DeliveryState.DELIVERED
    if not is_sent:
        give_back([begun.slot])
    if outcome.state == DeliveryState.DEFERRED:
        _try_again(begun.told)
    state = DiscussionMail.State.SENT if is_sent else DiscussionMail.State.FAILED
    DiscussionMail.objects.filter(pk=begun.mail.pk).update(state=state, reason=outcome.reason[:300])
    if outcome.refuses_address:
        Suppression.objects.get_or_create(address=begun.mail.address, defaults={"reason": outcome.reason[:300]})
    return is_sent


@transaction.atomic
def _begin(contact_id: int, topic: Topic) -> _Begun | None:
    """Committed before anything leaves: of two workers one finds the subscriptions, and a crash tells nothing twice."""
    until = timezone.now() - SETTLES_AFTER
    follows = list(_due_follows().select_for_update(skip_locked=True).filter(contact=contact_id, told_at__lt=until))
    contact = Contact.objects.select_related("user", "partner").get(pk=contact_id)
    if not follows:
        return None
    if not _is_mailed(contact, topic):
        _told(follows, until)
        return None
    programme = programme_of(contact)
    reader = reader_of(contact, programme)
    due = [each for each in follows if _is_due(each, contact, reader, until)]
    news = _news(due, contact, until)
    if not news:
        _told(due, until)
        return None
    if quiet_until := reader.end_of_quiet(timezone.now()):
        _put_off(due, quiet_until)
        return None
    slot = next(iter(take_attention([reader.person], attention_policy()).items()), None)
    if slot is None:
        _put_off(due, _digest_time(contact, reader, timezone.now()))
        return None
    if hold := hold_for(contact.email):
        give_back([slot])
        _put_off(due, hold.until)
        return None
    before = {each.pk: each.told_at for each in due}
    _told(due, until)
    count = sum(each.count for each in news)
    mail = DiscussionMail.objects.create(contact=contact, address=contact.email.lower(), posts=count)
    return _Begun(mail, contact, programme, news, slot, before)


def _is_mailed(contact: Contact, topic: Topic) -> bool:
    address = contact.email.lower()
    if not address or contact.left_on is not None or Suppression.objects.filter(address=address).exists():
        return False
    unwanted = TopicPreference.objects.filter(address=address, topic=topic, channel=Channel.EMAIL, is_wanted=False)
    return not unwanted.exists()


def _is_due(row: Follow, contact: Contact, reader: Reader, until: datetime) -> bool:
    """With the digest: at its next time after the first post they have not been told of; for who wants none, never."""
    if row.when == Follow.When.SOON or row.not_before is not None:
        return True
    first = news_of(row).filter(at__lte=until).order_by("at").values_list("at", flat=True).first()
    if first is None:
        return False
    if reader.rhythm == AttentionPreference.Rhythm.NEVER:
        _told([row], until)
        return False
    at = _digest_time(contact, reader, first)
    _put_off([row], at)
    return at <= timezone.now()


def _digest_time(contact: Contact, reader: Reader, after: datetime) -> datetime:
    return reader.next_digest(after, hour_or_default(best_hours({contact.pk: reader})[contact.pk]))


def _news(follows: Iterable[Follow], contact: Contact, until: datetime) -> list[News]:
    """By discussion, each once, and only where the person may still read it."""
    new: dict[int, set[int]] = {}
    for row in follows:
        for post_id, discussion_id in news_of(row).filter(at__lte=until).values_list("pk", "discussion"):
            new.setdefault(discussion_id, set()).add(post_id)
    found = discussions_for(contact).filter(pk__in=new).order_by("-last_at")
    return [
        News(each, [(said.who, said.text) for said in said_to(contact, each) if said.post.pk in new[each.pk] and said.text])
        for each in found
    ]


def _told(rows: Iterable[Follow], until: datetime) -> None:
    Follow.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=until, not_before=None)


def _put_off(rows: Iterable[Follow], at: datetime) -> None:
    Follow.objects.filter(pk__in=[row.pk for row in rows]).update(not_before=at)


def _try_again(told: dict[int, datetime]) -> None:
    """The server asked to wait."""
    for pk, told_at in told.items():
        Follow.objects.filter(pk=pk).update(told_at=told_at, not_before=timezone.now() + ABANDONED_AFTER)
