"""What apps above this one know of people and rules may ask for, such as which meetings somebody attended.

They register it in `AppConfig.ready`; of a partner it holds where it holds of somebody there."""

from collections.abc import Callable, Iterable, Iterator

from django.db.models import QuerySet

from context.rules.fields import FIELDS, Field, Subject, Type
from partners.models import Partner

Rows = Callable[[tuple[str, ...] | None], QuerySet]
Happened = tuple[str, int, str]

_rows: dict[str, Rows] = {}
_readers: list[Callable[[Partner], Iterable[Happened]]] = []


def register_happening(name: str, label, vocabulary: str, rows: Rows) -> None:
    """A field of this name. `rows(words)` are about a `contact` each: those that one of the words names or, with None, all;
    `vocabulary` is a list of `register_words`."""
    FIELDS[name] = Field(name, label, Subject.HAPPENING, Type.CHOICE, "", vocabulary=vocabulary)
    _rows[name] = rows


def register_happened(read: Callable[[Partner], Iterable[Happened]]) -> None:
    """`read(partner)` gives (name of the field, id of the contact, in words) for everybody there, in one query."""
    if read not in _readers:
        _readers.append(read)


def rows_of_happening(field: Field, words: tuple[str, ...] | None = None) -> QuerySet:
    """Of people who are still there."""
    return _rows[field.name](words).filter(contact__left_on=None)


def happened_at(partner: Partner) -> Iterator[Happened]:
    for read in _readers:
        yield from read(partner)
