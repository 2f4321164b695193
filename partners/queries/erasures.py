"""What an erasure would reach, before it is done."""

from dataclasses import dataclass

from partners.models import Contact
from partners.personal_data import erasers, person_of


@dataclass(frozen=True)
class ErasurePreview:
    """`contacts` are all rows of the person, also at other partners; `found` the number of rows of each kind that is theirs."""

    contacts: tuple[Contact, ...]
    logins: list
    found: list[tuple[str, int]]


def preview_erasure(contact: Contact) -> ErasurePreview:
    person = person_of(contact)
    counted = ((str(eraser.title), sum(1 for _row in eraser.find(person))) for eraser in erasers())
    return ErasurePreview(person.contacts, person.users, [(title, count) for title, count in counted if count])
