"""The mail that reminds of what is to be confirmed: what it is about, one way in, one way out."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from activity.notice_names import NoticeName
from communications.rendering.notices import name_notice

_SALT = "communications.reminder"
NAMED = 7


def reminder_mail(reminder, contact, programme, topic, asked) -> bytes:
    """The whole message as bytes with CRLF lines."""
    way_out = settings.SITE_URL + reverse("tracking:reminder", args=[reminder_token(reminder.pk)])
    values = {
        "contact": contact, "programme": programme, "topic": topic, "count": len(asked), "things": asked[:NAMED],
        "address": settings.SITE_URL + reverse("context:confirmations"), "way_out": way_out,
    }  # fmt: skip
    subject, text, html = (render_to_string(f"communications/mail/reminder.{kind}", values) for kind in ("subject", "txt", "html"))
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(subject.split())
    message["From"] = _mailbox(programme.sender_name, programme.sender_email)
    message["To"] = _mailbox(contact.name, reminder.address)
    if programme.reply_to:
        message["Reply-To"] = programme.reply_to
    message["Date"] = format_datetime(timezone.now())
    name_notice(message, NoticeName("reminder", reminder.pk), programme.sender_email)
    message["List-Unsubscribe"] = f"<{way_out}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def reminder_token(pk: int) -> str:
    return signing.Signer(salt=_SALT).sign(str(pk))


def read_reminder_token(token: str) -> int | None:
    """The reminder behind it, or None when it is not one of ours."""
    try:
        return int(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def _mailbox(name: str, address: str) -> Address:
    local, _at, domain = address.rpartition("@")
    return Address(" ".join(name.split()), username=local, domain=domain)
