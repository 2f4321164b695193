"""Asking people by mail what they think: within their budget of attention, outside their quiet hours, and never who said no."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions.sent_mails import begin_mail, name_of, settle_mail
from activity.languages import words_for
from communications.actions.attention import give_back, take_attention
from communications.actions.limits import hold_for, learn_from
from communications.channels.contract import MailChannel, hand_over_one
from communications.channels.mail import mail_channel
from communications.models import Channel, DeliveryState, OpinionAsk, OpinionState, Suppression, Topic, TopicPreference
from communications.opinions.languages import told_in
from communications.queries.attention import attention_policy, best_hours, hour_or_default, programme_of, reader_of
from communications.queries.merge_values import language_of
from communications.queries.opinions import questions_of
from communications.rendering.opinions import opinion_mail
from communications.rendering.signing import signed

TOPIC = "opinions"
AT_MOST_A_RUN = 300
ABANDONED_AFTER = timedelta(minutes=10)
_Mail = OpinionAsk.Mail


def opinions_topic() -> Topic:
    """What a person chooses in “What you receive”."""
    defaults = {"name": "Surveys", "description": "Being asked now and then what you think."}
    return Topic.objects.get_or_create(key=TOPIC, defaults=defaults)[0]


def mail_opinion_surveys() -> int:
    """Returns how many mails a server took; who has no room today is asked again later, and finds the survey in the portal."""
    now = timezone.now()
    abandoned = OpinionAsk.objects.filter(mail=_Mail.SENDING, mailed_at__lt=now - ABANDONED_AFTER)
    abandoned.update(mail=_Mail.FAILED, mail_reason=_("the worker stopped while it was being sent"))
    due = OpinionAsk.objects.filter(mail=_Mail.WAITING, mail_due_at__lte=now).order_by("mail_due_at", "pk")
    waiting = list(due[:AT_MOST_A_RUN].values_list("pk", flat=True))
    if not waiting:
        return 0
    topic = opinions_topic()
    with mail_channel() as channel:
        return sum(_mail(pk, topic, channel) for pk in waiting)


def _mail(pk: int, topic: Topic, channel: MailChannel) -> bool:
    begun = _begin(pk, topic)
    if begun is None:
        return False
    ask, slot = begun
    mail = begin_mail("opinion", ask.contact.email, about_id=pk)
    name = name_of(mail)
    with words_for(ask.contact.language):
        content = opinion_mail(ask, told_in(ask.survey, questions_of(ask.survey), language_of(ask.contact)), name)
    outcome = hand_over_one(channel, name.return_address(ask.survey.programme.sender_email), ask.contact.email, signed(content))
    learn_from([(ask.contact.email, outcome)])
    is_sent = outcome.state == DeliveryState.DELIVERED
    settle_mail(mail, is_sent=is_sent, reason=outcome.reason)
    if not is_sent:
        give_back([slot])
    if outcome.state == DeliveryState.DEFERRED:
        _put_off(ask, timezone.now() + ABANDONED_AFTER)
        return False
    _settle(ask, _Mail.SENT if is_sent else _Mail.FAILED, outcome.reason)
    if outcome.refuses_address:
        Suppression.objects.get_or_create(address=ask.contact.email.lower(), defaults={"reason": outcome.reason[:300]})
    return is_sent


@transaction.atomic
def _begin(pk: int, topic: Topic) -> tuple[OpinionAsk, tuple[str, datetime]] | None:
    """Committed as being sent before anything leaves: of two workers one finds it, and a crash sends nothing twice."""
    rows = OpinionAsk.objects.select_for_update(of=["self"], skip_locked=True).filter(pk=pk, mail=_Mail.WAITING)
    ask = rows.select_related("contact__user", "contact__partner", "survey__programme").first()
    if ask is None:
        return None
    if reason := _reason_for_none(ask, topic):
        _settle(ask, _Mail.NONE, reason)
        return None
    reader = reader_of(ask.contact, programme_of(ask.contact))
    now = timezone.now()
    if quiet_until := reader.end_of_quiet(now):
        _put_off(ask, quiet_until)
        return None
    slot = next(iter(take_attention([reader.person], attention_policy(), held_back=int(reader.has_digest)).items()), None)
    if slot is None:
        hour = hour_or_default(best_hours({ask.contact_id: reader})[ask.contact_id])
        _put_off(ask, reader.next_digest(now, hour))
        return None
    if hold := hold_for(ask.contact.email):
        give_back([slot])
        _put_off(ask, hold.until)
        return None
    _settle(ask, _Mail.SENDING, "")
    return ask, slot


def _reason_for_none(ask: OpinionAsk, topic: Topic) -> str:
    contact, address = ask.contact, ask.contact.email.lower()
    if ask.has_answered or ask.survey.state != OpinionState.OPEN or not ask.survey.may_be_answered:
        return _("nothing to ask any more")
    if not address or contact.left_on is not None:
        return _("nobody to mail")
    if Suppression.objects.filter(address=address).exists():
        return _("the address is mailed no more")
    unwanted = TopicPreference.objects.filter(address=address, topic=topic, channel=Channel.EMAIL, is_wanted=False)
    return _("mails about surveys are not wanted") if unwanted.exists() else ""


def _put_off(ask: OpinionAsk, at: datetime) -> None:
    OpinionAsk.objects.filter(pk=ask.pk).update(mail=_Mail.WAITING, mail_due_at=at)


def _settle(ask: OpinionAsk, state: str, reason: str) -> None:
    OpinionAsk.objects.filter(pk=ask.pk).update(mail=state, mail_reason=reason[:300], mailed_at=timezone.now())
