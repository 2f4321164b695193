"""Where a mail of a conversation is answered to: an address of its own for each conversation and person, sealed."""

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

# Not all mail servers keep capitals apart, so the seal is written without any.
_OURS = re.compile(r"c(\d{1,12})-([0-9a-f]{24})", re.ASCII)


def reply_address(conversation_id: int, contact_id: int) -> str:
    """Empty where no REPLY_ADDRESS is set: then conversations are answered in the portal."""
    local, at, domain = settings.REPLY_ADDRESS.rpartition("@")
    return f"{local}+c{conversation_id}-{_seal(conversation_id, contact_id)}@{domain}" if at else ""


def conversation_named(address: str) -> tuple[int, str] | None:
    """The conversation that an address claims, and its seal; None for an address of any other shape."""
    found = _OURS.fullmatch(address.strip().strip("<>").rpartition("@")[0].partition("+")[2].lower())
    return (int(found[1]), found[2]) if found else None


def is_sealed_for(seal: str, conversation_id: int, contact_id: int) -> bool:
    return constant_time_compare(seal, _seal(conversation_id, contact_id))


def _seal(conversation_id: int, contact_id: int) -> str:
    return salted_hmac("communications.reply_address", f"{conversation_id}:{contact_id}").hexdigest()[:24]
