"""Where a calendar sends the answer to an invitation: an address of its own for each invitee, with a key nobody can make up."""

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_SEALED = re.compile(r"^(\d{1,15})-([0-9a-f]{20})$")


def reply_address(invitee_id: int) -> str:
    """Empty where no MEETINGS_ADDRESS is set: answers are then given in the portal."""
    local, at, domain = settings.MEETINGS_ADDRESS.rpartition("@")
    return f"{local}+{invitee_id}-{_key(invitee_id)}@{domain}" if at else ""


def invitee_behind(address: str) -> int | None:
    """Whose address it is; None for any other, also one with a made-up key."""
    ours, _at, domain = settings.MEETINGS_ADDRESS.rpartition("@")
    local, _at, given_domain = address.strip().lower().rpartition("@")
    name, _plus, sealed = local.partition("+")
    found = _SEALED.match(sealed)
    if not ours or not found or (name, given_domain) != (ours.lower(), domain.lower()):
        return None
    return int(found[1]) if constant_time_compare(found[2], _key(int(found[1]))) else None


def _key(invitee_id: int) -> str:
    return salted_hmac("collaboration.reply_address", str(invitee_id)).hexdigest()[:20]
