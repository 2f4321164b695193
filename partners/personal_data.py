"""What is kept of a person, wherever it is kept: how to find it and how to forget it.

Each app joins in `AppConfig.ready` with `register_eraser`, so that export and erasure know of the same rows. Erasing keeps the
rows and takes the person out of them: counts stay whole."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import F, Func, JSONField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Left, Lower

from partners.models import Contact

ERASED = "[erased]"


@dataclass(frozen=True)
class Person:
    """Someone with all their contact rows. `is_proven` keeps to what the login proves to be theirs: for what a person is shown;
    what is erased goes by address as well."""

    contacts: tuple[Contact, ...]
    is_proven: bool = False

    @cached_property
    def contact_ids(self) -> list[int]:
        return [contact.pk for contact in self.contacts]

    @cached_property
    def partner_ids(self) -> list[int]:
        return sorted({contact.partner_id for contact in self.contacts})

    @cached_property
    def users(self) -> list:
        """Their logins; a manager who is a contact, too, keeps the login of a manager."""
        ids = {contact.user_id for contact in self.contacts} - {None}
        same = Q(pk__in=ids) if self.is_proven else Q(pk__in=ids) | Q(email__in=self.addresses)
        return list(get_user_model().objects.filter(same, is_staff=False))

    @cached_property
    def addresses(self) -> list[str]:
        logins = [contact.user.email for contact in self.contacts if contact.user]
        written = () if self.is_proven else self._ever("email")
        return sorted({address.lower() for address in (*written, *logins) if address})

    @cached_property
    def names(self) -> list[str]:
        logins = [contact.user.name for contact in self.contacts if contact.user]
        return sorted({name for name in (*self._ever("name"), *logins) if len(name.strip()) > 1})

    @cached_property
    def pattern(self) -> str:
        """A regular expression of PostgreSQL that finds the person in a text: by name, address or phone."""
        names = [_word(r"[\s._-]+".join(_literal(part) for part in name.split())) for name in self.names]
        phones = [r"\s*".join(_literal(part) for part in phone.split()) for phone in self._ever("phone") if len(phone) > 3]
        return "|".join([*(_literal(address) for address in self.addresses), *names, *phones])

    @cached_property
    def first_names(self) -> str:
        """The same for how one greets them, for texts that were written to them."""
        return "|".join(_word(_literal(name.split()[0])) for name in self.names if len(name.split()[0]) > 1)

    def _ever(self, column: str) -> set[str]:
        """What stands in their rows and what stood there once, as the history of the rows tells."""
        history = apps.get_model("partners", "ContactEvent").objects.filter(pgh_obj_id__in=self.contact_ids)
        return {getattr(contact, column) for contact in self.contacts} | set(history.values_list(column, flat=True))


@dataclass(frozen=True)
class Eraser:
    """`find(person)` gives what is kept as dicts, for the person's own copy; `erase(person)` the number of rows it changed."""

    label: str
    title: str
    find: Callable[[Person], Iterable[dict]]
    erase: Callable[[Person], int]


_erasers: dict[str, Eraser] = {}


def register_eraser(
    label: str, find: Callable[[Person], Iterable[dict]], erase: Callable[[Person], int], *, title: str = ""
) -> None:
    """`label` names files and counts; `title` is how a person reads it, lazily translated."""
    _erasers[label] = Eraser(label, title or label, find, erase)


def erasers() -> list[Eraser]:
    return list(_erasers.values())


def person_behind(contact: Contact) -> Person:
    """The contact with those of the same login, and nothing that an address alone would bring."""
    same = Q(pk=contact.pk) | Q(user=contact.user_id, user__isnull=False)
    return Person(tuple(Contact.objects.filter(same).select_related("user", "partner").order_by("pk")), is_proven=True)


def person_of(contact: Contact) -> Person:
    """The contact with those of the same login and those of the same address: whoever is to be forgotten."""
    same = Q(pk=contact.pk)
    if contact.user_id:
        same |= Q(user=contact.user_id)
    if contact.email:
        same |= Q(email__iexact=contact.email)
        # Rows that a merge made one with another have no address of their own any more.
        merged = apps.get_model("partners", "MergeMove").objects.filter(
            model=Contact._meta.label, before__email__iexact=contact.email
        )
        same |= Q(pk__in=[key for keys in merged.values_list("keys", flat=True) for key in keys])
    return Person(tuple(Contact.objects.filter(same).select_related("user", "partner").order_by("pk")))


# --- Taking a person out of texts -----------------------------------------------------------------------------------


def forget_in(person: Person, rows: QuerySet, *fields: str, pattern: str = "") -> int:
    """Replace the person in these text and JSON columns by “[erased]”; how many values were changed."""
    pattern = pattern or person.pattern
    return sum(_forget(rows, rows.model._meta.get_field(name), pattern) for name in fields) if pattern else 0


def rows_naming(person: Person, rows: QuerySet, *fields: str) -> QuerySet:
    naming = Q()
    for name in fields:
        rows = rows.alias(**{f"{name}_said": Cast(name, TextField())})
        naming |= Q(**{f"{name}_said__iregex": person.pattern})
    return rows.filter(naming) if person.pattern else rows.none()


def _forget(rows: QuerySet, field: models.Field, pattern: str) -> int:
    said = Cast(F(field.name), TextField())
    cleaned = Func(said, Value(pattern), Value(ERASED), Value("gi"), function="REGEXP_REPLACE", output_field=TextField())
    if isinstance(field, JSONField):
        cleaned = Cast(cleaned, JSONField())
    elif field.max_length:
        cleaned = Left(cleaned, field.max_length)
    found = rows.order_by().alias(said_there=said).filter(said_there__iregex=pattern)
    return rows.model._base_manager.filter(pk__in=found.values("pk")).update(**{field.name: cleaned})


def _word(pattern: str) -> str:
    """Not inside another word; an underscore ends one, as in the names of files."""
    return f"(?<![[:alnum:]]){pattern}(?![[:alnum:]])"


def _literal(text: str) -> str:
    return re.sub(r"([^\w\s])", r"\\\1", text)


def with_address(person: Person, rows: QuerySet, field: str) -> QuerySet:
    return rows.alias(address_in_small=Lower(field)).filter(address_in_small__in=person.addresses)
