"""Notes as a page of a partner shows them."""

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils import timezone

from context.models import Note
from context.notes_address import notes_address_of
from partners.models import Evidence, Partner
from partners.panels import PartnerPage

SHOWN = 20


def notes_panel(page: PartnerPage) -> dict:
    partner, user = page.partner, page.reader
    notes = list(_of(partner, user)[: SHOWN + 1])
    return {
        "partner": partner,
        "notes": notes[:SHOWN],
        "has_more": len(notes) > SHOWN,
        "may_write": user.has_perm("context.add_note"),
        "may_change_all": user.has_perm("context.delete_note"),
        "people": list(partner.contacts.current()[:100]) if user.has_perm("context.add_note") else [],
        "kinds": Note.Kind.choices,
        "happened_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "reader": user,
        "address": notes_address_of(user),
    }


def shared_notes_of(partner: Partner, page: str = "1") -> Page:
    """What the partner's own people read, a page at a time."""
    return Paginator(_with_all(Note.objects.filter(partner=partner, is_shared=True)), SHOWN).get_page(page)


def sees_note_of(evidence: Evidence, user) -> bool:
    return Note.objects.visible_to(user).filter(files=evidence).exists()


def _of(partner: Partner, user) -> QuerySet[Note]:
    return _with_all(Note.objects.visible_to(user).filter(partner=partner))


def _with_all(notes: QuerySet[Note]) -> QuerySet[Note]:
    return notes.select_related("written_by").prefetch_related("contacts", "files")
