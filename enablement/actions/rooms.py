"""A room: opened by one of ours with the people who are named, written in by both sides, finished, and led out of.

Each saved text is a version. Who saves says on which version they wrote; where another one came in between nothing is written, and
both texts are told."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from uuid6 import uuid7

from accounts.models import User
from activity.actions import record_activity
from activity.form_keys import made_once, says
from activity.refusals import Invalid, NotAllowed, Refused
from communications.actions.announcements import create_announcement
from communications.actions.attachments import clean_name
from communications.models import Announcement
from context.models import Segment
from enablement.models import Room, RoomFile, RoomMember, RoomVersion
from enablement.writers import Writer
from partners.actions.checks import check_line, check_text
from partners.actions.evidence import check_evidence
from partners.models import Contact, Partner, Programme

TEXT_MAX_CHARACTERS = 60_000
NOTE_MAX_CHARACTERS = 200
FILES_AT_MOST = 30


class WrittenMeanwhile(Refused):
    """Somebody saved another version while this one was being written. `theirs` is that text."""

    def __init__(self, theirs: RoomVersion):
        words = {"who": theirs.who, "n": theirs.number}
        super().__init__(_("%(who)s saved version %(n)d while you were writing. Nothing is lost: both texts are below.") % words,
                         code="written_meanwhile")  # fmt: skip
        self.theirs = theirs


@transaction.atomic
def open_room(
    partner: Partner, *, by: User, programme: Programme, title: str, text: str = "", contacts: Iterable[Contact] = (),
    managers: Iterable[User] = (), key: UUID | None = None,
) -> Room:  # fmt: skip
    """Whoever opens it is in it. A second time with the same `key` and title it is the first one."""
    words = {"partner": partner, "programme": programme, "title": check_line(title, "title", required=True, longest=160)}
    text = check_text(text.replace("\r\n", "\n"), "text", longest=TEXT_MAX_CHARACTERS)
    make = partial(_open, by, contacts, managers, text=text, **words)
    return made_once(Room.objects.filter(opened_by=by), key, make, is_same=says(words))


def _open(by: User, contacts: Iterable[Contact], managers: Iterable[User], **fields) -> Room:
    room = Room.objects.create(opened_by=by, **fields)
    RoomVersion.objects.create(room=room, number=1, text=room.text, by=by)
    _let_in(room, contacts, {by, *managers})
    _note("room.opened", _("%(who)s opened the room “%(title)s”"), room, Writer(user=by))
    return room


@transaction.atomic
def set_members(room: Room, *, by: User, contacts: Iterable[Contact], managers: Iterable[User]) -> None:
    """Who is not named any more has no way in from now on; what they wrote stays."""
    if not RoomMember.objects.filter(room=room, user=by).exists():
        raise NotAllowed(_("Only who is in the room says who else is."))
    contacts, managers = list(contacts), {by, *managers}
    room.members.exclude(contact__in=contacts).filter(user=None).delete()
    room.members.exclude(user__in=managers).filter(contact=None).delete()
    _let_in(room, contacts, managers)
    _note("room.people", _("%(who)s changed who is in the room “%(title)s”"), room, Writer(user=by))


@transaction.atomic
def save_text(room: Room, text: str, *, base: int, writer: Writer, note: str = "") -> Room:
    """`base` is the version that was on the screen. The same text again is no new version."""
    current = open_for_writing(room, writer)
    if current.version != base:
        raise WrittenMeanwhile(current.versions.select_related("contact", "by").get(number=current.version))
    text = check_text(text.replace("\r\n", "\n"), "text", longest=TEXT_MAX_CHARACTERS)
    if text == current.text:
        return current
    current.text, current.version, current.last_at = text, current.version + 1, timezone.now()
    current.save(update_fields=["text", "version", "last_at"])
    note = check_line(note, "note", longest=NOTE_MAX_CHARACTERS)
    RoomVersion.objects.create(room=current, number=current.version, text=text, note=note, at=current.last_at, **writer.columns)
    see_room(current, writer=writer)
    return current


@transaction.atomic
def add_room_file(room: Room, upload: UploadedFile, *, writer: Writer, key: UUID | None = None) -> RoomFile:
    """A second time with the same `key` and file it is the first one."""
    current = open_for_writing(room, writer)
    same = {"name": clean_name(upload.name), "size": upload.size}
    return made_once(current.files.filter(**writer.columns), key, partial(_add_file, current, upload, writer), is_same=says(same))


def _add_file(current: Room, upload: UploadedFile, writer: Writer, **fields) -> RoomFile:
    if current.files.count() >= FILES_AT_MOST:
        raise Refused(_("At most %(n)d files fit into a room.") % {"n": FILES_AT_MOST}, field="file")
    try:
        media_type, content = check_evidence(upload)
    except Invalid as refusal:
        raise Invalid(str(refusal), field="file") from None
    name = clean_name(upload.name)
    row = RoomFile.objects.create(
        room=current,
        file=ContentFile(content, name=f"{uuid7()}"),
        name=name,
        media_type=media_type,
        size=len(content),
        **fields,
        **writer.columns,
    )
    changed(current, writer)
    return row


@transaction.atomic
def finish_room(room: Room, *, writer: Writer) -> Room:
    current = open_for_writing(room, writer)
    current.finished_at = current.last_at = timezone.now()
    current.save(update_fields=["finished_at", "last_at"])
    _note("room.finished", _("%(who)s finished “%(title)s”"), current, writer)
    see_room(current, writer=writer)
    return current


@transaction.atomic
def reopen_room(room: Room, *, writer: Writer) -> Room:
    current = _locked(room, writer)
    if current.finished_at is None:
        raise Refused(_("It is being written already."))
    current.finished_at, current.last_at = None, timezone.now()
    current.save(update_fields=["finished_at", "last_at"])
    _note("room.reopened", _("%(who)s opened “%(title)s” again"), current, writer)
    return current


@transaction.atomic
def draft_announcement_of(room: Room, *, by: User, segment: Segment) -> Announcement:
    """The text as it is now becomes the draft of an announcement, which goes the way of all of them."""
    current = _locked(room, Writer(user=by))
    if not by.has_perm("communications.add_announcement"):
        raise NotAllowed(_("Your role does not let you begin announcements."))
    if not current.text:
        raise Refused(_("There is no text yet."))
    draft = create_announcement(by=by, title=current.title, body=current.text, segment=segment, programme=current.programme)
    _note("room.announced", _("%(who)s made “%(title)s” the draft of an announcement"), current, Writer(user=by))
    return draft


def open_for_writing(room: Room, writer: Writer) -> Room:
    current = _locked(room, writer)
    if current.finished_at is not None:
        raise Refused(_("“%(title)s” is finished. Open it again first.") % {"title": current}, code="finished")
    return current


def changed(room: Room, writer: Writer) -> None:
    """Others see that something is new."""
    Room.objects.filter(pk=room.pk).update(last_at=timezone.now())
    see_room(room, writer=writer)


def _locked(room: Room, writer: Writer) -> Room:
    """With whether the writer is still in the room: they may have been sent out while they wrote."""
    current = Room.objects.select_for_update(of=("self",)).select_related("programme", "partner").get(pk=room.pk)
    if not current.members.filter(**writer.membership).exists():
        raise NotAllowed(_("You are not in this room any more."))
    return current


def _let_in(room: Room, contacts: Iterable[Contact], managers: Iterable[User]) -> None:
    for contact in contacts:
        if contact.partner_id != room.partner_id or contact.left_on is not None or contact.user_id is None:
            words = {"name": contact, "partner": room.partner}
            raise Invalid(_("%(name)s is nobody at %(partner)s who uses the portal.") % words, field="contacts")
        RoomMember.objects.get_or_create(room=room, contact=contact, user=None)
    for manager in managers:
        if not (manager.is_active and manager.has_perm("enablement.view_room")):
            raise Invalid(_("The role of %(name)s opens no rooms.") % {"name": manager}, field="managers")
        RoomMember.objects.get_or_create(room=room, user=manager, contact=None)


def see_room(room: Room, *, writer: Writer) -> None:
    RoomMember.objects.filter(room=room, **writer.membership).update(seen_at=timezone.now())


def _note(verb: str, sentence: str, room: Room, writer: Writer) -> None:
    words = {"who": writer, "title": room}
    record_activity(verb, sentence % words, by=writer.login, partner_id=room.partner_id, subject=room)
