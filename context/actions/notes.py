"""Notes on calls, visits, check-ins and mails."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.form_keys import made_once, says
from activity.refusals import Invalid, NotAllowed
from context.models import Note
from partners.actions.changes import check_fields, write_changes
from partners.actions.checks import check_choice
from partners.actions.evidence import add_evidence
from partners.models import Contact, Partner

LONGEST = 20_000
_CLOCKS_DIFFER_BY = timedelta(minutes=5)


@transaction.atomic
def write_note(
    partner: Partner,
    *,
    by,
    kind: str,
    text: str,
    happened_at: datetime | None = None,
    is_shared: bool = False,
    contacts: Iterable[Contact] = (),
    files: Iterable[UploadedFile] = (),
    message_id: str = "",
    key: UUID | None = None,
) -> Note:
    """`files` are read by their content and kept like evidence; one that is refused refuses the note. A second time with the same
    `key` and words it is the first one."""
    values = check_fields(
        _CHECKS, {"kind": kind, "text": text, "happened_at": happened_at or timezone.now(), "is_shared": is_shared}
    )
    people = list(contacts)
    if any(person.partner_id != partner.pk for person in people):
        raise Invalid(_("Only people of %(partner)s can have taken part.") % {"partner": partner}, field="contacts")
    make = partial(_write, partner, by, people, files, message_id=message_id, **values)
    same = says({name: values[name] for name in ("kind", "text")})
    return made_once(Note.objects.filter(partner=partner, written_by=by), key, make, is_same=same)


def _write(partner: Partner, by, people: list[Contact], files: Iterable[UploadedFile], **fields) -> Note:
    note = Note.objects.create(partner=partner, written_by=by, **fields)
    note.contacts.set(people)
    note.files.set([add_evidence(partner, upload, by=by) for upload in files])
    _tell("note.written", _("%(kind)s noted"), note, by=by)
    return note


@transaction.atomic
def change_note(note: Note, *, by, **fields) -> Note:
    """Who wrote it changes it; what it said before is in the history of the row."""
    _permit(note, by)
    if write_changes(note, check_fields(_CHECKS, fields)):
        _tell("note.changed", _("Note changed: %(kind)s"), note, by=by)
    return note


@transaction.atomic
def delete_note(note: Note, *, by) -> None:
    _permit(note, by)
    _tell("note.deleted", _("Note deleted: %(kind)s"), note, by=by)
    note.delete()


def _permit(note: Note, by) -> None:
    if note.written_by_id and note.written_by_id != by.pk and not by.has_perm("context.delete_note"):
        raise NotAllowed(_("Only %(who)s, who wrote this note, can change it.") % {"who": note.written_by})


def _text(value) -> str:
    text = str(value or "").replace("\r\n", "\n").strip()
    if not text or "\0" in text:
        raise Invalid(_("Write down what was said."), field="text")
    if len(text) > LONGEST:
        raise Invalid(_("The note has %(length)d characters; it may have 20,000.") % {"length": len(text)}, field="text")
    return text


def _moment(value: datetime) -> datetime:
    if value > timezone.now() + _CLOCKS_DIFFER_BY:
        raise Invalid(_("This is still to come. Note it when it has happened."), field="happened_at")
    return value


_CHECKS = {
    "kind": lambda value: check_choice(value, Note.Kind, "kind"),
    "text": _text,
    "happened_at": _moment,
    "is_shared": bool,
}


def _tell(verb: str, sentence: str, note: Note, *, by) -> None:
    """Both sides may read what happened: what a note says is not told there."""
    words = sentence % {"kind": note.get_kind_display().capitalize()}
    record_activity(verb, words, by=by, partner_id=note.partner_id, subject=note)
