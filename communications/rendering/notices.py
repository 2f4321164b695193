"""How a mail that is no delivery is known again when something comes back about it."""

from email.message import EmailMessage

from django.conf import settings

from communications.notice_names import NoticeName
from communications.rendering.mail import NAMED_FOR_PROVIDER


def name_notice(message: EmailMessage, name: NoticeName, sender: str) -> None:
    """By its Message-ID and, for a provider that has ids of its own, by what it tells us again."""
    message["Message-ID"] = name.message_id(sender)
    if header := NAMED_FOR_PROVIDER.get(settings.MAIL_EVENTS_FROM):
        field, value = header.format(token=name).strip().split(": ", 1)
        message[field] = value
