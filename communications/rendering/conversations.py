"""The mail that brings a partner's person what their manager wrote."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from communications.reply_address import reply_address


def conversation_mail(message, programme) -> bytes:
    """The whole message as bytes with CRLF lines. Answers of machines are asked for not to be sent, and come to nobody."""
    conversation = message.conversation
    contact = conversation.contact
    domain = programme.sender_email.rpartition("@")[2]
    answer_to = reply_address(conversation.pk, contact.pk)
    values = {
        "message": message, "conversation": conversation, "contact": contact, "programme": programme, "by_mail": bool(answer_to),
        "who": message.by or programme.sender_name,
        "address": settings.SITE_URL + reverse("communications:conversation", args=[conversation.public_id]),
    }  # fmt: skip
    text, html = (render_to_string(f"communications/mail/conversation.{kind}", values) for kind in ("txt", "html"))
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = " ".join(conversation.subject.split())
    mail["From"] = _mailbox(f"{values['who']}, {programme.sender_name}", programme.sender_email)
    mail["To"] = _mailbox(contact.name, contact.email)
    if answer_to or programme.reply_to:
        mail["Reply-To"] = answer_to or programme.reply_to
    mail["Date"] = format_datetime(timezone.now())
    mail["Message-ID"] = f"<conversation.{message.public_id}@{domain}>"
    mail["References"] = f"<conversation.{conversation.public_id}@{domain}>"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    return mail.as_bytes()


def _mailbox(name: str, address: str) -> Address:
    local, _at, domain = address.rpartition("@")
    return Address(" ".join(name.split()), username=local, domain=domain)
