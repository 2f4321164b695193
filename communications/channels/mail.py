"""Which channel mail goes out by: SMTP, unless the settings name a provider whose own interface is used."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.conf import settings

from communications.channels import email, provider
from communications.channels.contract import MailChannel

MAIL_CHANNELS: dict[str, Callable[[], AbstractContextManager[MailChannel]]] = {
    "smtp": email.kept_connections,
    "provider": provider.provider_channel,
}


def mail_channel() -> AbstractContextManager[MailChannel]:
    return MAIL_CHANNELS[settings.MAIL_CHANNEL]()
