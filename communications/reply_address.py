"""Where a mail is answered to: an address of its own for each conversation and person, and for each announcement and person,
sealed. That of a manager begins with another letter, so that neither side can write as the other."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

# Not all mail servers keep capitals apart, so the seal is written without any.
_OURS = re.compile(r"([cm])(\d{1,12})-([0-9a-f]{24})", re.ASCII)
_OF_ANNOUNCEMENTS = re.compile(r"a(\d{1,12})-(\d{1,12})-([0-9a-f]{24})", re.ASCII)


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
    found = _OURS.fullmatch(_behind_the_plus(address))
    return Named(int(found[2]), found[3], found[1] == "m") if found else None


@dataclass(frozen=True)
class NamedAnnouncement:
    """The announcement and the person that an address claims, and whether it was made for both."""

    announcement_id: int
    contact_id: int
    is_sealed: bool


def answers_come_by_mail() -> bool:
    """Whether mails of announcements may be answered. A provider's interface knows one address for all of a call only."""
    return bool(settings.REPLY_ADDRESS) and not settings.MAIL_PROVIDER


def announcement_reply_address(announcement_id: int, contact_id: int) -> str:
    return _address("a", f"{announcement_id}-{contact_id}", _seal("announcement:", announcement_id, contact_id))


def announcement_named(address: str) -> NamedAnnouncement | None:
    """None for an address of any other shape."""
    found = _OF_ANNOUNCEMENTS.fullmatch(_behind_the_plus(address))
    if found is None:
        return None
    named = int(found[1]), int(found[2])
    return NamedAnnouncement(*named, is_sealed=constant_time_compare(found[3], _seal("announcement:", *named)))


def _behind_the_plus(address: str) -> str:
    return address.strip().strip("<>").rpartition("@")[0].partition("+")[2].lower()


def is_sealed_for(named: Named, person_id: int) -> bool:
    """Whether it was made for this contact or, one for a manager, for this manager."""
    side = "manager:" if named.is_managers else ""
    return constant_time_compare(named.seal, _seal(side, named.conversation_id, person_id))


def _address(letter: str, about: int | str, seal: str) -> str:
    local, at, domain = settings.REPLY_ADDRESS.rpartition("@")
    return f"{local}+{letter}{about}-{seal}@{domain}" if at else ""


def _seal(side: str, about_id: int, person_id: int) -> str:
    return salted_hmac("communications.reply_address", f"{side}{about_id}:{person_id}").hexdigest()[:24]
