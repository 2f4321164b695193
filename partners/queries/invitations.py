"""Who at a partner was invited, has joined, was last seen."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Contact, Invitation, Partner

NOT_INVITED, INVITED, EXPIRED, JOINED = "not_invited", "invited", "expired", "joined"
WORDS = {
    NOT_INVITED: _("not invited"),
    INVITED: _("invited"),
    EXPIRED: _("invitation expired"),
    JOINED: _("joined"),
}


@dataclass(frozen=True)
class Person:
    contact: Contact
    state: str
    since: datetime | None
    last_seen_at: datetime | None
    invitation: Invitation | None

    @property
    def in_words(self) -> str:
        return WORDS[self.state]

    @property
    def may_be_invited(self) -> bool:
        return self.state in (NOT_INVITED, EXPIRED) and bool(self.contact.email)

    @property
    def may_be_reminded(self) -> bool:
        return self.invitation is not None and self.state in (INVITED, EXPIRED)


def people_of(partner: Partner) -> list[Person]:
    invitations = Prefetch("invitations", Invitation.objects.filter(withdrawn_at=None).order_by("-sent_at", "-pk"), to_attr="sent")
    contacts = partner.contacts.current().select_related("user").prefetch_related(invitations).order_by("name", "pk")
    return [person_of(contact) for contact in contacts]


def person_of(contact: Contact) -> Person:
    """Where the contact stands; uses `contact.sent` where it was prefetched."""
    sent = contact.sent if hasattr(contact, "sent") else contact.invitations.filter(withdrawn_at=None).order_by("-sent_at", "-pk")
    invitation = next(iter(sent), None)
    if contact.user_id:
        joined_at = invitation.accepted_at if invitation else contact.user.date_joined
        return Person(contact, JOINED, joined_at, contact.user.last_seen_at, None)
    if invitation is None or invitation.accepted_at:
        return Person(contact, NOT_INVITED, None, None, None)
    state = INVITED if invitation.expires_at > timezone.now() else EXPIRED
    return Person(contact, state, invitation.sent_at, None, invitation)
