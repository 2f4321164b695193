"""The figures that stand in a text: prices, dates, percentages and versions, as English, German, French and Spanish write them.

What can be read in two ways is read in none: 01/02/2030 in a text of which nobody knows whether days or months come first, a price
of “2 million”. Better a figure that is not offered than a wrong one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from communications.consistency.subjects import is_empty
from communications.consistency.values import SIGNS, Value, ValueKind, number_of, plain_number

_SPACE = "[ \u00a0\u202f]"
# Groups of three, then cents; or figures as they come.
_NUMBER = rf"\d{{1,3}}(?:(?:{_SPACE}|['’.,])\d{{3}})+(?:[.,]\d{{1,2}})?|\d+(?:[.,]\d+)?"
_CODES = "EUR|USD|GBP|CHF|JPY|CAD|AUD|SEK|NOK|DKK|PLN|CZK|HUF|RON|BRL|MXN|INR|CNY|SGD|NZD|ZAR|TRY"
_WORDS = {"euro": "EUR", "euros": "EUR", "dollar": "USD", "dollars": "USD", "dólares": "USD", "pounds": "GBP", "francs": "CHF",
          "franken": "CHF"}  # fmt: skip
_BY_SIGN = {sign: code for code, sign in SIGNS.items()} | {"US$": "USD"}
_SCALED = rf"(?!{_SPACE}?(?:million|millionen|millions|millones|mio|mrd|bn|billion|thousand|tausend|mille\b|mil\b|k\b|m\b))"
_UNIT = rf"US\$|[€$£¥]|(?:{_CODES})\b|(?:{'|'.join(_WORDS)})\b"
_PRICE = re.compile(
    rf"(?<![\w.,])(?:(?P<before>US\$|[€$£¥]|(?:{_CODES})\b){_SPACE}?(?P<first>{_NUMBER})(?![\d]){_SCALED}"
    rf"|(?P<second>{_NUMBER}){_SPACE}?(?P<after>{_UNIT})(?!\w))",
    re.IGNORECASE,
)
_PERCENTAGE = re.compile(
    rf"(?<![\w.,])(?P<number>{_NUMBER}){_SPACE}?(?:%|percent\b|per cent\b|prozent\b|pour cent\b|por ciento\b)"
    rf"(?!{_SPACE}?(?:points?\b|punkte?\b|puntos?\b))",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"(?<![\w.,])(?:(?:version|versión|ver\.|release|v\.):?\s?v?(?P<named>\d+(?:\.\d+){0,3})|v(?P<short>\d+(?:\.\d+){0,3})"
    r"|(?P<triple>\d{1,3}\.\d{1,3}\.\d{1,3}))(?![\w]|[.,]\d|%)",
    re.IGNORECASE,
)
# “Harbour 4.2”: a name and a number that is not an amount of something.
_NAMED = re.compile(
    rf"(?<![\w.])(?P<name>[^\W\d_a-zäöüß][\w-]+){_SPACE}(?P<number>\d{{1,3}}(?:\.\d{{1,3}}){{1,2}})(?![\w]|[.,]\d"
    rf"|{_SPACE}?(?:[%€$£¥]|(?:{_CODES})\b|(?:{'|'.join(_WORDS)}|hours?|days?|weeks?|months?|years?|times|percent|million|billion"
    r"|stunden|tage|wochen|monate|jahre|prozent|millionen|heures|jours|semaines|mois|ans|horas|días|semanas|meses|años|[kmgt]b)\b))"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januar jänner janvier enero jan janv ene",
            "february februar février fevrier febrero feb févr",
            "march märz mars marzo mar mär",
            "april avril abril apr avr abr",
            "may mai mayo",
            "june juni juin junio jun",
            "july juli juillet julio jul juil",
            "august août aout agosto aug ago",
            "september septembre septiembre sept sep",
            "october oktober octobre octubre oct okt",
            "november novembre noviembre nov",
            "december dezember décembre decembre diciembre dec dez déc dic",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"(?<![\w.,/-])(?:(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})"
    rf"|(?P<dotted>\d{{1,2}}\.{_SPACE}?\d{{1,2}}\.{_SPACE}?\d{{4}})"
    rf"|(?P<slashed>\d{{1,2}}/\d{{1,2}}/\d{{4}})"
    rf"|(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|er|º)?{_SPACE}(?:of |de )?(?P<month>{_MONTH})\.?,?{_SPACE}(?:de |del )?"
    r"(?P<year>\d{4})"
    rf"|(?P<month2>{_MONTH})\.?{_SPACE}(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?{_SPACE}(?P<year2>\d{{4}}))(?![\w/-]|[.,]\d)",
    re.IGNORECASE,
)
_COMMA_THOUSANDS = ("en", "ja", "zh", "ko", "th")


@dataclass(frozen=True)
class Figure:
    """A value where it stands: `text[start:end]` is how it is written."""

    value: Value
    start: int
    end: int


def figures_in(text: str, language: str) -> list[Figure]:
    """In the order in which they stand; what has been read as one thing is not read as another."""
    found: list[Figure] = []
    for read in (_dates, _prices, _percentages, _versions):
        for figure in read(text, language):
            if not any(_overlap(figure, other) for other in found):
                found.append(figure)
    return sorted(found, key=lambda figure: figure.start)


def _overlap(one: Figure, other: Figure) -> bool:
    return one.start < other.end and other.start < one.end


def _dates(text: str, language: str) -> Iterator[Figure]:
    for match in _DATE.finditer(text):
        day = _day_of(match, language)
        if day is not None:
            yield Figure(Value(ValueKind.DATE, day.isoformat()), match.start(), match.end())


def _day_of(match: re.Match, language: str) -> date | None:
    told = match.groupdict()
    if told["iso"]:
        numbers = [int(part) for part in told["iso"].split("-")]
    elif told["dotted"]:
        numbers = [int(part) for part in reversed(told["dotted"].split("."))]
    elif told["slashed"]:
        numbers = _slashed(told["slashed"], language)
    else:
        day, month, year = (told[name] or told[f"{name}2"] for name in ("day", "month", "year"))
        numbers = [int(year), _MONTHS[month.lower()], int(day)]
    try:
        return date(*numbers) if numbers else None
    except ValueError:
        return None


def _slashed(text: str, language: str) -> list[int]:
    """Year, month, day; empty where it could be either."""
    first, second, year = (int(part) for part in text.split("/"))
    if first == second or second > 12:
        return [year, first, second]
    if first > 12 or language.partition("-")[0] != "en" or language in ("en-gb", "en-ie", "en-au", "en-nz", "en-in", "en-za"):
        return [year, second, first]
    return [year, first, second] if language == "en-us" else []


def _prices(text: str, language: str) -> Iterator[Figure]:
    for match in _PRICE.finditer(text):
        unit, number = match["before"] or match["after"], match["first"] or match["second"]
        currency = _BY_SIGN.get(unit.upper()) or _WORDS.get(unit.lower()) or unit.upper()
        if (read := _number(number, language)) is not None:
            yield Figure(Value(ValueKind.PRICE, read, currency), match.start(), match.end())


def _percentages(text: str, language: str) -> Iterator[Figure]:
    for match in _PERCENTAGE.finditer(text):
        if (read := _number(match["number"], language)) is not None:
            yield Figure(Value(ValueKind.PERCENTAGE, read), match.start(), match.end())


def _versions(text: str, language: str) -> Iterator[Figure]:
    for match in _VERSION.finditer(text):
        name = "named" if match["named"] else "short" if match["short"] else "triple"
        # Its number alone: what stands before it stays when the number is put in from elsewhere.
        yield Figure(Value(ValueKind.VERSION, match[name]), match.start(name), match.end(name))
    for match in _NAMED.finditer(text):
        if not is_empty(match["name"]):
            yield Figure(Value(ValueKind.VERSION, match["number"]), match.start("number"), match.end("number"))


def _number(text: str, language: str) -> str | None:
    """1,234.50 and 1.234,50 say what they are; 1,234 is a thousand where commas stand between thousands, else one and a bit."""
    text = re.sub(rf"{_SPACE}|['’]", "", text)
    last = max(text.rfind("."), text.rfind(","))
    if last >= 0:
        sign, other = text[last], "," if text[last] == "." else "."
        of_thousands = "," if language.partition("-")[0] in _COMMA_THOUSANDS else "."
        is_grouped = text.count(sign) > 1 or (other not in text and len(text) - last == 4 and sign == of_thousands)
        text = text.replace(other, "").replace(sign, "" if is_grouped else ".")
    number = number_of(text)
    return None if number is None else plain_number(number)
