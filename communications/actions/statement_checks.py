"""What may be kept as a statement, and which statements a text may name."""

from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import partial

from django.utils.translation import gettext as _
from pycountry import currencies

from activity.refusals import Invalid
from communications.consistency.reading import figures_in
from communications.consistency.values import Value, ValueKind, number_of, plain_number
from communications.models import Announcement, Statement
from communications.rendering.statement_marks import keys_in
from communications.rendering.wordings import wordings_of
from partners.actions.checks import check_choice, check_language, check_line

PHRASES_AT_MOST = 20
WORDS_AT_MOST = 20
_BRACES = ("{{", "}}", "⟦", "⟧")


def check_value(kind: str, text: str, currency: str = "", words: dict | None = None) -> Value:
    """As it is kept. Raises `Invalid` with the field at fault."""
    check_choice(kind, ValueKind, "kind")
    text = check_line(text, "text", required=True, longest=120)
    if kind != ValueKind.PRICE and currency:
        raise Invalid(_("Only a price has a currency. Leave it empty."), field="currency")
    if kind != ValueKind.NAME and words:
        raise Invalid(_("Only a name has words in other languages: figures are written as each language does."), field="words")
    return _CHECKS[ValueKind(kind)](text, currency, words or {})


def _price(text: str, currency: str, _words: dict) -> Value:
    code = currency.strip().upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise Invalid(_("Give the currency as its three letters, such as EUR."), field="currency")
    if currencies.get(alpha_3=code) is None:
        raise Invalid(_("There is no currency “%(code)s”. Give one of ISO 4217, such as EUR.") % {"code": code}, field="currency")
    return Value(ValueKind.PRICE, plain_number(_number(text, least=Decimal(0))), code)


def _percentage(text: str, _currency: str, _words: dict) -> Value:
    return Value(ValueKind.PERCENTAGE, plain_number(_number(text.removesuffix("%").strip())))


def _number(text: str, least: Decimal | None = None) -> Decimal:
    number = number_of(text)
    if number is None or (least is not None and number < least):
        raise Invalid(_("“%(text)s” is no such number. Write it with a point, as in 1234.50.") % {"text": text[:40]}, field="text")
    return number


def _date(text: str, _currency: str, _words: dict) -> Value:
    try:
        return Value(ValueKind.DATE, date.fromisoformat(text).isoformat())
    except ValueError:
        raise Invalid(
            _("“%(text)s” is no date. Write the year first, as in 2030-05-01.") % {"text": text[:40]}, field="text"
        ) from None


def _version(text: str, _currency: str, _words: dict) -> Value:
    version = text[1:] if text[:1] in "vV" and text[1:2].isdigit() else text
    if not any(letter.isdigit() for letter in version) or any(letter.isspace() for letter in version):
        raise Invalid(_("“%(text)s” is no version. Write its number, as in 7.2.") % {"text": text[:40]}, field="text")
    return Value(ValueKind.VERSION, _without_braces(version))


def _name(text: str, _currency: str, words: dict) -> Value:
    if not isinstance(words, dict) or len(words) > WORDS_AT_MOST:
        raise Invalid(_("Give a name in other languages by language, such as de."), field="words")
    kept = {}
    for language, word in words.items():
        code = check_language(language, "words")
        if word := check_line(word, "words", longest=120):
            kept[code] = _without_braces(word, "words")
    return Value(ValueKind.NAME, _without_braces(text), words=kept)


def _without_braces(text: str, field: str = "text") -> str:
    if any(brace in text for brace in _BRACES):
        raise Invalid(_("A value is put into texts as it is, so it cannot have curly braces."), field=field)
    return text


_CHECKS = {
    ValueKind.PRICE: _price,
    ValueKind.DATE: _date,
    ValueKind.PERCENTAGE: _percentage,
    ValueKind.VERSION: _version,
    ValueKind.NAME: _name,
}


def check_phrases(values) -> list[str]:
    """Each a line; empty ones are left out."""
    phrases = [check_line(value, "phrases", longest=120) for value in values]
    phrases = list(dict.fromkeys(phrase for phrase in phrases if phrase))
    if len(phrases) > PHRASES_AT_MOST:
        raise Invalid(_("%(n)d ways to say it are too many; keep it to %(most)d.") % {"n": len(phrases), "most": PHRASES_AT_MOST},
                      field="phrases")  # fmt: skip
    for phrase in phrases:
        if figures_in(phrase, "en"):
            raise Invalid(
                _("“%(phrase)s” has a figure in it. Write the words around it only.") % {"phrase": phrase}, field="phrases"
            )
    return phrases


check_name = partial(check_line, field="name", required=True, longest=120)


def check_statements(announcement: Announcement) -> None:
    """All that it names are there, in its own programme. Raises `Invalid`; asks only where it names one."""
    named = named_in(announcement)
    if not named:
        return
    known = set(Statement.objects.filter(programme=announcement.programme).values_list("key", flat=True))
    for key, field in named.items():
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = _("Did you mean {{ statement.%(near)s }}?") % {"near": near[0]} if near else _("Add it, or write the value out.")
            words = {"key": key[:60], "programme": announcement.programme, "hint": hint}
            raise Invalid(_("“%(programme)s” has no statement “%(key)s”. %(hint)s") % words, code="unknown_statement", field=field)


def named_in(announcement: Announcement) -> dict[str, str]:
    """The keys that it names, each with the field where it stands."""
    found: dict[str, str] = {}
    for one in wordings_of(announcement):
        of = f"translations.{one.language}." if one.language != announcement.language else ""
        texts = {
            "title": one.title,
            "call_to_action": one.call_to_action,
            "body": one.body,
            "details": " ".join(one.details.values()),
        }
        for name, text in texts.items():
            for key in keys_in([text]):
                found.setdefault(key, f"variant_{name}" if one.variant == "b" else f"{of}{name}")
    return found
