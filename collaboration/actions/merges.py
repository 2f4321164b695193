"""Two contacts that turn out to be one person: their invitations are that person's. What names a partner follows by itself."""

from collaboration.models import Invitee
from partners.actions.journal import Journal
from partners.merging import register_same_person
from partners.models import Contact


def register() -> None:
    register_same_person(give_invitations_to, Invitee)


def give_invitations_to(journal: Journal, stays: Contact, goes: Contact) -> None:
    """Where both were invited, the invitation of the one who stays counts."""
    own = Invitee.objects.filter(contact=stays).values("meeting")
    journal.set(Invitee.objects.filter(contact=goes).exclude(meeting__in=own), contact_id=stays.pk)
