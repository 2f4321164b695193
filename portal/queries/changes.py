"""What differs between two days in what is held about an organisation, as its own people may read it."""

from dataclasses import dataclass
from datetime import datetime

from context.queries.differences import KINDS, Difference, differences_between
from partners.models import Contact
from partners.visibility import FOR_PARTNER_ADMINS, sight_of


@dataclass(frozen=True)
class Changes:
    """Of one kind, such as what was added; `name` is how people say it."""

    kind: str
    name: str
    differences: tuple[Difference, ...]


def changes_between(contact: Contact, since: datetime, until: datetime, *, reader) -> list[Changes]:
    """What was on record at the one moment and at the other; kinds of which there is nothing are left out."""
    sight = sight_of(reader, in_portal=True)
    hidden = sight.hidden if contact.is_partner_admin else sight.hidden | FOR_PARTNER_ADMINS
    found = differences_between(
        contact.partner, since, until, question="known_at", among=sight.data_points, hidden=frozenset(hidden)
    )
    groups = (Changes(kind, str(name), tuple(each for each in found if each.kind == kind)) for kind, name in KINDS.items())
    return [group for group in groups if group.differences]
