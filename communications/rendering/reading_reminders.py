"""The mail with which a colleague reminds somebody of what waits for their acknowledgement."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.notice_names import NoticeName
from communications.rendering.notices import name_notice
from communications.way_out import way_out_token


def reading_mail(row, item, programme) -> bytes:
    """The whole message as bytes with CRLF lines."""
    way_out = settings.SITE_URL + reverse("tracking:stop_topic", args=[way_out_token("reading", row.pk)])
    address = settings.SITE_URL + reverse("communications:announcement", args=[item.announcement.public_id])
    values = {
        "contact": row.contact, "by": row.by, "item": item, "programme": programme, "address": address, "way_out": way_out,
    }  # fmt: skip
    text, html = (render_to_string(f"communications/mail/reading.{kind}", values) for kind in ("txt", "html"))
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _("Please acknowledge “%(title)s”") % {"title": " ".join(item.title.split())}
    message["From"] = _mailbox(programme.sender_name, programme.sender_email)
    message["To"] = _mailbox(row.contact.name, row.address)
    if programme.reply_to:
        message["Reply-To"] = programme.reply_to
    message["Date"] = format_datetime(timezone.now())
    name_notice(message, NoticeName("reading", row.pk), programme.sender_email)
    message["List-Unsubscribe"] = f"<{way_out}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def _mailbox(name: str, address: str) -> Address:
    local, _at, domain = address.rpartition("@")
    return Address(" ".join(name.split()), username=local, domain=domain)
