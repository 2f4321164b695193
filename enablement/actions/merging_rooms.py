"""Two contacts that turn out to be one person: the rooms they are in, and what they wrote there, are that person's."""

from enablement.models import RoomComment, RoomFile, RoomMember, RoomVersion
from partners.actions.journal import Journal
from partners.merging import register_same_person
from partners.models import Contact


def register() -> None:
    register_same_person(give_rooms_to, RoomComment, RoomFile, RoomMember, RoomVersion)


def give_rooms_to(journal: Journal, stays: Contact, goes: Contact) -> None:
    for model in (RoomComment, RoomFile, RoomVersion):
        journal.set(model.objects.filter(contact=goes), contact_id=stays.pk)
    own = RoomMember.objects.filter(contact=stays).values("room")
    journal.set(RoomMember.objects.filter(contact=goes).exclude(room__in=own), contact_id=stays.pk)
