"""The address that a manager puts into BCC, so that a mail becomes a note."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_OURS = re.compile(r"^notes\+(\d+)-([0-9a-f]{24})@", re.IGNORECASE)


def notes_address_of(user) -> str:
    """It holds a key of its own for each manager; mails from their own address alone are taken under it."""
    return f"notes+{user.pk}-{_key(user.pk)}@{urlsplit(settings.SITE_URL).hostname}"


def is_notes_address(address: str) -> bool:
    return bool(_OURS.match(address))


def owner_of(address: str) -> int | None:
    """The id of the manager whose notes address it is; None for any other address, also one with a made-up key."""
    found = _OURS.match(address)
    if found and constant_time_compare(found[2].lower(), _key(int(found[1]))):
        return int(found[1])
    return None


def _key(pk: int) -> str:
    return salted_hmac("context.notes_by_mail", str(pk)).hexdigest()[:24]
