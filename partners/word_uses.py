"""What uses a word that managers keep: a kind, a function, a tier, a region, a specialty, a certification, a product.

Rules name words by their keys, which no foreign key holds; whoever does so registers in `AppConfig.ready`."""

from collections.abc import Callable, Iterable

from django.db import models

from activity.uses import Use
from partners.models import Certification, ContactFunction, PartnerKind, Product, Region, Specialty, Tier

_VOCABULARIES: dict[type[models.Model], str] = {
    PartnerKind: "kind",
    ContactFunction: "function",
    Tier: "tier",
    Region: "region",
    Specialty: "specialty",
    Certification: "certification",
    Product: "product",
}
_readers: list[Callable[[models.Model], Iterable[Use]]] = []


def register_word_uses(read: Callable[[models.Model], Iterable[Use]]) -> None:
    if read not in _readers:
        _readers.append(read)


def uses_of_word(word: models.Model) -> list[Use]:
    if not vocabulary_of(word):
        return []
    return list(dict.fromkeys(use for read in _readers for use in read(word)))


def vocabulary_of(word: models.Model) -> str:
    """The name of the list in rules; empty where rules do not know it."""
    return _VOCABULARIES.get(type(word), "")


def key_of(word: models.Model) -> str:
    """What rules call it: a product goes by its name."""
    return word.name if isinstance(word, Product) else word.key
