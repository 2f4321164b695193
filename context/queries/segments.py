"""Whom a segment reaches, before anything is sent to them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from context.models import Segment, SegmentVersion
from context.rules import compile_rules, in_words
from partners.models import Partner

EXAMPLES = 10
FOUND_PARTNERS = 8
SHOWN_VERSIONS = 5


@dataclass(frozen=True)
class SegmentPreview:
    partners: int
    people: int
    examples: tuple[Partner, ...]
    words: str

    @property
    def is_empty(self) -> bool:
        return self.people == 0


def preview_segment(rule, contact_rule=None, *, visible_to=None) -> SegmentPreview:
    """Counts, ten partners by name and the rule in words; of a manager's own portfolio where `visible_to` is given.
    Raises Invalid where a rule cannot be asked."""
    segment = compile_rules(rule, contact_rule)
    partners, people = segment.partners(), segment.contacts()
    if visible_to is not None:
        partners, people = partners & Partner.objects.visible_to(visible_to), people.visible_to(visible_to)
    return SegmentPreview(
        partners=partners.count(),
        people=people.count(),
        examples=_first_by_name(partners),
        words=in_words(rule, contact_rule),
    )


def _first_by_name(partners: QuerySet[Partner]) -> tuple[Partner, ...]:
    return tuple(partners.order_by("name", "pk")[:EXAMPLES])


def partners_like(name: str, public_id: UUID | None = None, *, visible_to) -> tuple[Partner, ...]:
    """The partner with that id, else some whose name contains `name`; an exact name alone is one."""
    partners = Partner.objects.visible_to(visible_to).order_by("name", "pk")
    if public_id:
        return tuple(partners.filter(public_id=public_id))
    name = name.replace("\x00", "").strip()
    if not name:
        return ()
    found = tuple(partners.filter(name__icontains=name)[:FOUND_PARTNERS])
    exact = tuple(partner for partner in found if partner.name.casefold() == name.casefold())
    return exact if len(exact) == 1 else found


def latest_versions(segment: Segment) -> tuple[SegmentVersion, ...]:
    return tuple(segment.versions.select_related("saved_by")[:SHOWN_VERSIONS])
