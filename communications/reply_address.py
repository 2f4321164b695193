"""Where a mail of a conversation is answered to: an address of its own for each conversation and person, sealed. That of a manager
begins with another letter, so that neither side can write as the other."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

# Not all mail servers keep capitals apart, so the seal is written without any.
_OURS = re.compile(r"([cm])(\d{1,12})-([0-9a-f]{24})", re.ASCII)


@dataclass(frozen=True)
class Named:
    """The conversation that an address claims, its seal, and whether it is one for a manager."""

    conversation_id: int
    seal: str
    is_managers: bool


def reply_address(conversation_id: int, contact_id: int) -> str:
    """Empty where no REPLY_ADDRESS is set: then conversations are answered in the portal."""
    return _address("c", conversation_id, _seal("", conversation_id, contact_id))


def managers_reply_address(conversation_id: int, user_id: int) -> str:
    return _address("m", conversation_id, _seal("manager:", conversation_id, user_id))


def conversation_named(address: str) -> Named | None:
    """None for an address of any other shape."""
    found = _OURS.fullmatch(address.strip().strip("<>").rpartition("@")[0].partition("+")[2].lower())
    return Named(int(found[2]), found[3], found[1] == "m") if found else None


def is_sealed_for(named: Named, person_id: int) -> bool:
    """Whether it was made for this contact or, one for a manager, for this manager."""
    side = "manager:" if named.is_managers else ""
    return constant_time_compare(named.seal, _seal(side, named.conversation_id, person_id))


def _address(letter: str, conversation_id: int, seal: str) -> str:
    local, at, domain = settings.REPLY_ADDRESS.rpartition("@")
    return f"{local}+{letter}{conversation_id}-{seal}@{domain}" if at else ""


def _seal(side: str, conversation_id: int, person_id: int) -> str:
    return salted_hmac("communications.reply_address", f"{side}{conversation_id}:{person_id}").hexdigest()[:24]
