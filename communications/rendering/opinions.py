"""The mail that asks somebody what they think: what it is about, one way in, one way out."""

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
from communications.opinions.languages import Told
from communications.rendering.notices import name_notice
from communications.way_out import way_out_token


def opinion_mail(ask, told: Told, name: NoticeName) -> bytes:
    """The whole message as bytes with CRLF lines; `told` are the words of the survey for whoever gets it."""
    survey, contact = ask.survey, ask.contact
    programme = survey.programme
    way_out = settings.SITE_URL + reverse("tracking:stop_topic", args=[way_out_token("opinion", ask.pk)])
    address = settings.SITE_URL + reverse("communications:opinion", args=[survey.public_id])
    values = {"survey": survey, "told": told, "contact": contact, "programme": programme, "address": address, "way_out": way_out}
    values["is_reminder"] = survey.reminded_at is not None
    text, html = (render_to_string(f"communications/mail/opinion.{kind}", values) for kind in ("txt", "html"))
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _("What do you think? %(title)s") % {"title": " ".join(told.title.split())}
    message["From"] = _mailbox(programme.sender_name, programme.sender_email)
    message["To"] = _mailbox(contact.name, contact.email)
    if programme.reply_to:
        message["Reply-To"] = programme.reply_to
    message["Date"] = format_datetime(timezone.now())
    name_notice(message, name, programme.sender_email)
    message["List-Unsubscribe"] = f"<{way_out}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def _mailbox(name: str, address: str) -> Address:
    local, _at, domain = address.rpartition("@")
    return Address(" ".join(name.split()), username=local, domain=domain)
