"""Which channel mail goes out by: SMTP, unless the settings name another."""

from collections.abc import Callable

from django.conf import settings

from communications.channels import email
from communications.channels.contract import MailChannel

MAIL_CHANNELS: dict[str, Callable[[], MailChannel]] = {"smtp": email.Connection}


def mail_channel() -> MailChannel:
    return MAIL_CHANNELS[settings.MAIL_CHANNEL]()
