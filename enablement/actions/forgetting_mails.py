"""Mails about what is new: to whom they went is found for a person's own copy, and forgotten."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from enablement.models import NewsMail, RenewalNotice
from partners.personal_data import Person, register_eraser


def register() -> None:
    register_eraser("news mails", _find, _erase, title=_("Mails about what is new"))


def _find(person: Person) -> Iterator[dict]:
    for row in NewsMail.objects.filter(contact__in=person.contact_ids).order_by("pk"):
        yield {"about": row.kind, "to": row.address, "at": row.at}


def _erase(person: Person) -> int:
    changed = NewsMail.objects.filter(contact__in=person.contact_ids).exclude(address="", reason="").update(address="", reason="")
    return changed + RenewalNotice.objects.filter(contact__in=person.contact_ids).delete()[0]
