"""Mails to one person that have no row of their own: each gets one, so that what comes back about it counts."""

from django.core.mail import EmailMessage

from activity.models import SentMail
from activity.notice_names import NoticeName


def begin_mail(kind: str, address: str, *, about_id: int | None = None) -> SentMail:
    """Before it is handed over."""
    return SentMail.objects.create(kind=kind, address=address.lower(), about_id=about_id)


def settle_mail(mail: SentMail, *, is_sent: bool, reason: str = "") -> None:
    mail.state, mail.reason = SentMail.State.SENT if is_sent else SentMail.State.FAILED, reason[:300]
    mail.save(update_fields=["state", "reason"])


def name_of(mail: SentMail) -> NoticeName:
    return NoticeName(mail.kind, mail.pk)


def send_notice(kind: str, message: EmailMessage, *, about_id: int | None = None) -> None:
    """To the one address that `message` names, by the server of the settings. A server that does not take it raises, as ever."""
    [address] = message.to
    mail = begin_mail(kind, address, about_id=about_id)
    sender = message.from_email
    message.extra_headers |= name_of(mail).headers(sender) | {"From": sender}
    message.from_email = name_of(mail).return_address(sender)
    try:
        message.send()
    except OSError as error:
        settle_mail(mail, is_sent=False, reason=str(error))
        raise
    settle_mail(mail, is_sent=True)
