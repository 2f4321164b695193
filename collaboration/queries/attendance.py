"""Whom the lines of an attendance file mean: somebody invited, somebody we know, or a stranger."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Lower

from collaboration.models import AttendanceFile, Invitee, Meeting
from collaboration.reading.attendance import Stay, minutes_together
from partners.models import Contact


@dataclass(frozen=True)
class There:
    """One person as the file has them. `is_by_name` where no address says who it was."""

    stays: tuple[Stay, ...]
    invitee: Invitee | None = None
    contact: Contact | None = None
    is_by_name: bool = False

    @property
    def name(self) -> str:
        return str(self.contact) if self.contact else self.stays[0].name or self.stays[0].address

    @property
    def address(self) -> str:
        return self.stays[0].address

    @property
    def minutes(self) -> int | None:
        return minutes_together(self.stays)


@dataclass(frozen=True)
class Matched:
    """`uninvited` are contacts that the reader sees and nobody invited; `strangers` are never made contacts by an import."""

    invited: tuple[There, ...]
    uninvited: tuple[There, ...]
    strangers: tuple[There, ...]

    @property
    def total(self) -> int:
        return len(self.invited) + len(self.uninvited) + len(self.strangers)


def matched(file: AttendanceFile, reader) -> Matched:
    """Four queries, however long the file is."""
    return match(file.meeting, [Stay.of_dict(kept) for kept in file.stays], reader)


def match(meeting: Meeting, stays: Iterable[Stay], reader) -> Matched:
    people: dict[str, list[Stay]] = defaultdict(list)
    for stay in stays:
        people[stay.address or stay.name.casefold()].append(stay)
    invitees = list(meeting.invitees.visible_to(reader).select_related("contact__partner", "contact__user"))
    by_address, by_name = _by_address(invitees), _by_name(invitees)
    known = _known(meeting, [key for key in people if "@" in key and key not in by_address], reader)
    invited, uninvited, strangers = {}, {}, []
    for key, own in people.items():
        invitee = by_address.get(key) or (by_name.get(key) if not own[0].address else None)
        if invitee:
            before = invited[invitee.pk].stays if invitee.pk in invited else ()
            is_by_name = not own[0].address and not before
            invited[invitee.pk] = There((*before, *own), invitee, invitee.contact, is_by_name)
        elif key in known:
            uninvited[key] = There(tuple(own), contact=known[key])
        else:
            strangers.append(There(tuple(own)))
    return Matched(tuple(invited.values()), tuple(uninvited.values()), tuple(strangers))


def _by_address(invitees: list[Invitee]) -> dict[str, Invitee]:
    """Where it went, what stands with the contact now, what they sign in with."""
    found: dict[str, Invitee] = {}
    for invitee in invitees:
        login = invitee.contact.user.email if invitee.contact.user else ""
        for address in (invitee.address, invitee.contact.email, login):
            found.setdefault(address.lower(), invitee)
    found.pop("", None)
    return found


def _by_name(invitees: list[Invitee]) -> dict[str, Invitee]:
    """Names that two have say nothing."""
    named: dict[str, list[Invitee]] = defaultdict(list)
    for invitee in invitees:
        named[invitee.contact.name.casefold()].append(invitee)
    return {name: own[0] for name, own in named.items() if len(own) == 1}


def _known(meeting: Meeting, addresses: list[str], reader) -> dict[str, Contact]:
    contacts: QuerySet[Contact] = Contact.objects.visible_to(reader).current().annotate(small=Lower("email"))
    if meeting.partner_id:
        contacts = contacts.filter(partner=meeting.partner_id)
    rows = contacts.filter(small__in=addresses).select_related("partner").order_by("-pk")
    return {contact.small: contact for contact in rows}
