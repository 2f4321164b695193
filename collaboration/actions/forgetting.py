"""What this app keeps of people: found for their own copy, and forgotten. Who was invited and who came stays counted."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collaboration.models import AttendanceFile, Decision, Invitee, Meeting, MeetingMail, MeetingSeries, Presence
from partners.personal_data import ERASED, Person, forget_in, register_eraser


def register() -> None:
    register_eraser("meetings", _find_invitations, _erase_invitations, title=_("Meetings"))
    register_eraser("presences", _find_presences, _erase_presences, title=_("Presence in meetings"))
    register_eraser("minutes", lambda person: [], _erase_words)


def _find_invitations(person: Person) -> Iterator[dict]:
    rows = Invitee.objects.filter(contact__in=person.contact_ids).exclude(meeting__invited_at=None).select_related("meeting")
    for row in rows.order_by("-meeting__starts_at"):
        yield {
            "meeting": row.meeting.title, "when": row.meeting.starts_at, "address": row.address, "answer": row.get_answer_display(),
            "answered": row.answered_at, "comment": row.comment, "attended": row.attended, "minutes": row.minutes_there,
        }  # fmt: skip


def _erase_invitations(person: Person) -> int:
    rows = Invitee.objects.filter(contact__in=person.contact_ids)
    MeetingMail.objects.filter(invitee__in=rows).exclude(reason="").filter(reason__contains="@").update(reason=ERASED)
    return rows.exclude(address="", comment="").update(address="", comment="") + forget_in(person, Invitee.objects.all(), "comment")


def _of(person: Person):
    return Presence.objects.filter(Q(invitee__contact__in=person.contact_ids) | Q(address__in=person.addresses))


def _find_presences(person: Person) -> Iterator[dict]:
    for row in _of(person).select_related("meeting"):
        yield {"meeting": row.meeting.title, "name": row.name, "address": row.address, "joined": row.joined_at, "left": row.left_at}


def _erase_presences(person: Person) -> int:
    """Also of a stranger who has their name. A file that was not taken yet goes as a whole."""
    changed = _of(person).exclude(name=ERASED).update(name=ERASED, address="")
    changed += forget_in(person, Presence.objects.all(), "name", "address")
    return (
        changed
        + AttendanceFile.objects.filter(meeting__invitees__contact__in=person.contact_ids).delete()[0]
        + forget_in(person, AttendanceFile.objects.all(), "name", "stays")
    )


def _erase_words(person: Person) -> int:
    texts = ("title", "agenda", "place")
    changed = forget_in(person, MeetingSeries.objects.all(), *texts)
    changed += forget_in(person, Meeting.objects.all(), *texts, "minutes", "reason", "rule", "contact_rule")
    return changed + forget_in(person, Decision.objects.all(), "text")
