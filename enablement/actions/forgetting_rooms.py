"""Taking a person out of drafts: their files go whole, and in texts and comments their name goes. What they wrote into a text
belongs to both sides, and stays without them."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from enablement.models import Room, RoomComment, RoomFile, RoomMember, RoomVersion
from partners.personal_data import ERASED, Person, forget_in, register_eraser
from partners.retention import register_retention


def register() -> None:
    register_eraser("rooms", _find_memberships, _erase_memberships, title=_("Drafting rooms"))
    register_eraser("room_texts", _find_words, _erase_words, title=_("Comments and versions of drafts"))
    register_eraser("room_files", _find_files, _erase_files, title=_("Files in drafting rooms"))
    register_retention("finished_rooms", _("Drafting rooms that were finished"), finished_before, remove=remove_rooms)


def finished_before(moment: datetime) -> QuerySet[Room]:
    return Room.objects.filter(finished_at__lt=moment)


def remove_rooms(rows: QuerySet[Room]) -> int:
    """With their files."""
    keys = list(rows.values_list("pk", flat=True))
    for row in RoomFile.objects.filter(room__in=keys).exclude(file=""):
        row.file.delete(save=False)
    Room.objects.filter(pk__in=keys).delete()
    return len(keys)


def _find_memberships(person: Person) -> Iterator[dict]:
    for row in RoomMember.objects.filter(contact__in=person.contact_ids).select_related("room"):
        yield {"room": row.room.title, "last_seen": row.seen_at}


def _erase_memberships(person: Person) -> int:
    changed = RoomMember.objects.filter(contact__in=person.contact_ids).delete()[0]
    return changed + forget_in(person, Room.objects.all(), "title", "text")


def _find_words(person: Person) -> Iterator[dict]:
    """Versions say in a note what is new, comments what the words they are about should be."""
    for version in RoomVersion.objects.filter(contact__in=person.contact_ids).select_related("room"):
        yield _words(version.room, version.at, version.note, version=version.number)
    for row in RoomComment.objects.filter(contact__in=person.contact_ids).select_related("room"):
        yield _words(row.room, row.at, row.text, about=row.quote, instead=row.replacement)


def _words(room: Room, at: datetime, text: str, *, version: int | None = None, about: str = "", instead: str = "") -> dict:
    return {"room": room.title, "written": at, "version": version, "about": about, "text": text, "instead": instead}


def _erase_words(person: Person) -> int:
    own = RoomComment.objects.filter(contact__in=person.contact_ids)
    changed = own.update(text=ERASED, contact=None) + RoomVersion.objects.filter(contact__in=person.contact_ids).update(
        contact=None
    )
    changed += forget_in(person, RoomComment.objects.all(), "quote", "text", "replacement", "reason", "ended_by")
    return changed + forget_in(person, RoomVersion.objects.all(), "text", "note")


def _find_files(person: Person) -> Iterator[dict]:
    for row in RoomFile.objects.filter(contact__in=person.contact_ids):
        yield {"file": row.name, "type": row.media_type, "bytes": row.size, "added": row.at}


def _erase_files(person: Person) -> int:
    changed = 0
    for row in RoomFile.objects.filter(contact__in=person.contact_ids).exclude(file=""):
        row.file.delete(save=False)
        row.file, row.name, row.size = "", ERASED, 0
        row.save()
        changed += 1
    return changed + forget_in(person, RoomFile.objects.all(), "name")
