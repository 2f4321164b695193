"""The mails that bring a partner's person what their manager wrote, and a manager what a partner's person wrote."""

from email.headerregistry import Address

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from activity.notice_names import NoticeName
from communications.rendering.notices import mailbox, notice
from communications.reply_address import managers_reply_address, reply_address


def conversation_mail(message, programme, name: NoticeName) -> bytes:
    """The whole message as bytes with CRLF lines."""
    conversation = message.conversation
    contact = conversation.contact
    answer_to = reply_address(conversation.pk, contact.pk)
    values = {
        "message": message, "conversation": conversation, "contact": contact, "programme": programme, "by_mail": bool(answer_to),
        "who": message.by or programme.sender_name,
        "address": settings.SITE_URL + reverse("communications:conversation", args=[conversation.public_id]),
    }  # fmt: skip
    to = mailbox(contact.name, contact.email)
    sender = mailbox(f"{values['who']}, {programme.sender_name}", programme.sender_email)
    return _written("conversation", values, name, sender, to, answer_to or programme.reply_to)


def mail_to_manager(message, programme, name: NoticeName) -> bytes:
    """The same for the manager who has to answer."""
    conversation = message.conversation
    contact, manager = conversation.contact, conversation.manager
    answer_to = managers_reply_address(conversation.pk, manager.pk)
    values = {
        "message": message, "conversation": conversation, "contact": contact, "programme": programme, "by_mail": bool(answer_to),
        "files": list(message.files.all()),
        "address": settings.SITE_URL + reverse("admin:communications_conversation_page", args=[conversation.public_id]),
    }  # fmt: skip
    sender = mailbox(f"{contact.name}, {contact.partner.name}", programme.sender_email)
    return _written("conversation_to_manager", values, name, sender, mailbox(manager.name, manager.email), answer_to)


def _written(template: str, values: dict, name: NoticeName, sender: Address, to: Address, answer_to: str) -> bytes:
    """Answers of machines are asked for not to be sent, and come to nobody."""
    conversation, sent_from = values["conversation"], values["programme"].sender_email
    text, html = (render_to_string(f"communications/mail/{template}.{kind}", values) for kind in ("txt", "html"))
    mail = notice(
        name, values["programme"], subject=conversation.subject, to=to, text=text, html=html, sender=sender, reply_to=answer_to
    )
    mail["References"] = f"<conversation.{conversation.public_id}@{sent_from.rpartition('@')[2]}>"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    return mail.as_bytes()
