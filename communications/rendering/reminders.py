"""The mail that reminds of what is to be confirmed: what it is about, one way in, one way out."""

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse

from activity.notice_names import NoticeName
from communications.rendering.notices import mailbox, notice

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
    name, to = NoticeName("reminder", reminder.pk), mailbox(contact.name, reminder.address)
    return notice(name, programme, subject=subject, to=to, text=text, html=html, way_out=way_out).as_bytes()


def reminder_token(pk: int) -> str:
    return signing.Signer(salt=_SALT).sign(str(pk))


def read_reminder_token(token: str) -> int | None:
    """The reminder behind it, or None when it is not one of ours."""
    try:
        return int(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
