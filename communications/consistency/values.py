"""What is stated: a price, a date, a percentage, a version or a name, in the one form in which two of them can be compared, and as
each language writes it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import TextChoices
from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _

from activity.numbers import number_below

NO_BREAK = "\u00a0"  # a figure and its unit stay on one line
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
_SIGN_FIRST = ("en", "ja", "zh", "ko")
_LARGEST = Decimal(10) ** 15


class ValueKind(TextChoices):
    PRICE = "price", _("price")
    DATE = "date", _("date")
    PERCENTAGE = "percentage", _("percentage")
    VERSION = "version", _("version")
    NAME = "name", _("name")


@dataclass(frozen=True)
class Value:
    """`text` is `45` or `45.50` for a price and a percentage, `2030-05-01` for a date, and as it is written for the others.
    `words` are those of a name in other languages; two names are the same by their `text`."""

    kind: str
    text: str
    currency: str = ""
    words: dict[str, str] = field(default_factory=dict, compare=False, hash=False)

    def said(self, language: str) -> str:
        """As somebody who reads this language writes it."""
        return _SAID[ValueKind(self.kind)](self, language)

    def as_json(self) -> dict:
        return {"kind": str(self.kind), "text": self.text, "currency": self.currency, "words": self.words}

    @classmethod
    def of_json(cls, told: dict) -> "Value":
        return cls(told["kind"], told["text"], told.get("currency", ""), told.get("words", {}))


def plain_number(number: Decimal) -> str:
    """45 and 45.00 are the same, and written as 45; what has cents has two figures of them."""
    if number == number.to_integral_value():
        return str(number.quantize(Decimal(1)))
    places = max(2, -int(number.normalize().as_tuple().exponent))
    return str(number.quantize(Decimal(1).scaleb(-places)))


def number_of(text: str) -> Decimal | None:
    """Of `45.50`; None for what is no number, or too large to be one of ours."""
    number = number_below(_LARGEST, text)
    return number if number is not None and int(number.as_tuple().exponent) >= -6 else None


def _price(value: Value, language: str) -> str:
    number, sign = _number(value.text, language), SIGNS.get(value.currency)
    if language.partition("-")[0] in _SIGN_FIRST:
        return f"{sign}{number}" if sign else f"{value.currency}{NO_BREAK}{number}"
    return f"{number}{NO_BREAK}{sign or value.currency}"


def _percentage(value: Value, language: str) -> str:
    number = _number(value.text.rstrip("0").rstrip(".") if "." in value.text else value.text, language)
    return f"{number}%" if language.partition("-")[0] in _SIGN_FIRST else f"{number}{NO_BREAK}%"


def _number(text: str, language: str) -> str:
    places = len(text.partition(".")[2])
    with translation.override(language):
        return number_format(Decimal(text), decimal_pos=places, use_l10n=True, force_grouping=True)


def _date(value: Value, language: str) -> str:
    with translation.override(language):
        return date_format(date.fromisoformat(value.text), "DATE_FORMAT")


def _version(value: Value, language: str) -> str:
    return value.text


def _name(value: Value, language: str) -> str:
    return value.words.get(language) or value.words.get(language.partition("-")[0]) or value.text


_SAID = {
    ValueKind.PRICE: _price,
    ValueKind.DATE: _date,
    ValueKind.PERCENTAGE: _percentage,
    ValueKind.VERSION: _version,
    ValueKind.NAME: _name,
}
