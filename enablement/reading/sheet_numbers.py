"""What the format of a cell makes of its number: a day, a time, per cent, so many decimals, a currency. Functions of values."""

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import NamedTuple

_DAYS, _TIMES = {*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)}, {*range(18, 22), 32, 33, 34, 35, 45, 46, 47}
_BUILT_IN = {"1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%"}
_CURRENCY = re.compile(r"\[\$([^\]-]*)[^\]]*\]|([€$£¥])|\"([^\"]{1,8})\"")
_NOT_LETTERS = re.compile(r"\[[^\]]*\]|\"[^\"]*\"|\\.|_.|\*.")


class NumberFormat(NamedTuple):
    """`decimals` is None where it says nothing of them; `before` and `after` are what stands beside the number."""

    is_day: bool = False
    is_time: bool = False
    is_percent: bool = False
    decimals: int | None = None
    before: str = ""
    after: str = ""


def format_of(number: str, code: str) -> NumberFormat:
    """Of one that the standard numbers, or of a code of the file's own."""
    if not code and number.isdecimal() and int(number) in _DAYS | _TIMES:
        return NumberFormat(is_day=int(number) in _DAYS, is_time=int(number) in _TIMES | {22})
    positive = (code or _BUILT_IN.get(number, "")).partition(";")[0]
    bare = _NOT_LETTERS.sub("", positive).lower()
    if re.search(r"[dy]|h|s", bare) and "general" not in bare:
        return NumberFormat(is_day=bool(re.search(r"[dy]", bare)), is_time=bool(re.search(r"[hs]", bare)))
    digits = re.search(r"[0#?][0#?,. ]*", bare)
    if not digits:
        return NumberFormat()
    decimals = re.search(r"\.([0#?]+)", digits.group())
    before, after = _beside(positive)
    return NumberFormat(
        is_percent="%" in bare, decimals=len(decimals.group(1)) if decimals else 0, before=before, after=after
    )  # fmt: skip


def _beside(code: str) -> tuple[str, str]:
    found = _CURRENCY.search(code)
    if not found:
        return "", ""
    words = next(part for part in (*found.groups(), "") if part is not None).strip()
    is_first = found.start() < next((place for place, letter in enumerate(code) if letter in "0#?"), len(code))
    return (words, "") if is_first else ("", words)


def as_written(said: str, form: NumberFormat, *, from_1904: bool = False) -> str:
    """As it stands in the file where it is no number."""
    try:
        number = Decimal(said)
    except InvalidOperation:
        return said
    if not number.is_finite() or abs(number) > Decimal(10) ** 15:
        return said
    if form.is_day or form.is_time:
        return _moment(number, form, from_1904=from_1904)
    if form.is_percent:
        number *= 100
    if form.decimals is None:
        shown = f"{float(number):.15g}"  # as many digits as a sheet counts with
    else:
        shown = f"{number.quantize(Decimal(1).scaleb(-min(form.decimals, 10)), ROUND_HALF_UP):f}"
    words = (form.before, f"{shown} %" if form.is_percent else shown, form.after)
    return " ".join(word for word in words if word)


def _moment(number: Decimal, form: NumberFormat, *, from_1904: bool) -> str:
    """Days are counted from the last of 1899, since 1900 was once taken for a leap year."""
    begins = datetime(1904, 1, 1, tzinfo=UTC) if from_1904 else datetime(1899, 12, 30, tzinfo=UTC)  # a sheet knows no zone
    try:
        at = begins + timedelta(seconds=round(float(number) * 86400))
    except OverflowError:
        return str(number)
    day, time = f"{at:%Y-%m-%d}", f"{at:%H:%M}"
    if form.is_day and form.is_time:
        return f"{day} {time}"
    return day if form.is_day else time
