"""Names of mails that are no deliveries, such as digests, answers and invitations: what came back is about them, too.

The same name is in the Message-ID, in the return address and, where a provider gives each mail an id of its own, in what it is to
tell us again. It is sealed, so that nobody can make one up."""

import re
from email.utils import parseaddr
from typing import NamedTuple

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

# Not all mail servers keep capitals apart, so the seal is written without any.
_NAME = re.compile(r"([a-z]{1,12})\.(\d{1,18})\.([0-9a-f]{24})", re.ASCII)


# What a provider that gives each mail an id of its own is to tell again of it; the others tell our Message-ID.
NAMED_FOR_PROVIDER = {
    "mailjet": 'X-MJ-EventPayload: {{"delivery": "{token}"}}\r\n',
    "postmark": "X-PM-Metadata-delivery: {token}\r\n",
    "sparkpost": 'X-MSYS-API: {{"metadata": {{"delivery": "{token}"}}}}\r\n',
}


class NoticeName(NamedTuple):
    kind: str
    pk: int

    def __str__(self) -> str:
        return f"{self.kind}.{self.pk}.{self._seal}"

    @property
    def _seal(self) -> str:
        return salted_hmac("communications.notice_names", f"{self.kind}.{self.pk}").hexdigest()[:24]

    def message_id(self, sender: str) -> str:
        return f"<{self}@{parseaddr(sender)[1].rpartition('@')[2]}>"

    def headers(self, sender: str) -> dict[str, str]:
        """By which the mail is known again."""
        named = {"Message-ID": self.message_id(sender)}
        if header := NAMED_FOR_PROVIDER.get(settings.MAIL_EVENTS_FROM):
            field, value = header.format(token=self).strip().split(": ", 1)
            named[field] = value
        return named

    def return_address(self, sender: str) -> str:
        """Where it is sent back to; the sender where no BOUNCE_ADDRESS is set."""
        local, at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
        return f"{local}+{self}@{domain}" if at else sender


def read_notice_name(text: str) -> NoticeName | None:
    """The name itself, or an address or Message-ID that has it; None where it is none of ours."""
    local = text.strip().strip("<>").partition("@")[0]
    found = _NAME.fullmatch(local.rpartition("+")[2].lower())
    name = NoticeName(found[1], int(found[2])) if found else None
    return name if name is not None and constant_time_compare(name._seal, found[3]) else None
