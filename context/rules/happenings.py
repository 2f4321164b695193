"""What apps above this one know of people and rules may ask for, such as which meetings somebody attended.

They register it in `AppConfig.ready`; of a partner it holds where it holds of somebody there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from context.rules.fields import FIELDS, Field, Subject, Type
from partners.models import Contact, Partner


@dataclass(frozen=True)
class Happening:
    """`rows(words)` are about a `contact` each: those that one of the words names or, with None, all. `shown` is the column of how
    that reads."""

    rows: Callable[[tuple[str, ...] | None], QuerySet]
    shown: str


_happenings: dict[str, Happening] = {}


def register_happening(name: str, label, vocabulary: str, happening: Happening) -> None:
    """`vocabulary` is a list of `register_words`."""
    FIELDS[name] = Field(name, label, Subject.HAPPENING, Type.CHOICE, "", vocabulary=vocabulary)
    _happenings[name] = happening


def rows_of_happening(field: Field, words: tuple[str, ...] | None = None) -> QuerySet:
    """Of people who are still there."""
    return _happenings[field.name].rows(words).filter(contact__left_on=None)


def happened_to(field: Field, partner: Partner, contact: Contact | None) -> Iterable[str]:
    """In words, for this person or for all at that partner."""
    rows = rows_of_happening(field)
    rows = rows.filter(contact=contact) if contact else rows.filter(contact__partner=partner)
    return rows.order_by().values_list(_happenings[field.name].shown, flat=True).distinct()
