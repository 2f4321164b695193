"""The mail that calls somebody on our side: what it is about, what to do, the way to the board. In a drill it says so first."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from activity.notice_names import NoticeName
from communications.rendering.crises import drill_words
from communications.rendering.notices import name_notice


def call_mail(call) -> bytes:
    """The whole message as bytes with CRLF lines."""
    crisis, programme = call.crisis, call.crisis.programme
    drill = drill_words("en") if crisis.is_drill else None
    values = {
        "call": call, "crisis": crisis, "programme": programme, "drill": drill,
        "address": settings.SITE_URL + reverse("admin:communications_crisis_board", args=[crisis.public_id]),
    }  # fmt: skip
    text, html = (render_to_string(f"communications/mail/crisis_call.{kind}", values) for kind in ("txt", "html"))
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = " ".join(f"[{drill.mark}] {crisis}".split() if drill else str(crisis).split())
    mail["From"] = _mailbox(programme.sender_name, programme.sender_email)
    mail["To"] = _mailbox(str(call.user), call.user.email)
    mail["Date"] = format_datetime(timezone.now())
    name_notice(mail, NoticeName("crisis", call.pk), programme.sender_email)
    mail["Importance"] = "high"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    return mail.as_bytes()


def _mailbox(name: str, address: str) -> Address:
    local, _at, domain = address.rpartition("@")
    return Address(" ".join(name.split()), username=local, domain=domain)
