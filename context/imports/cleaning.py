"""The few things a mapping may do to a value on its way in. Each step is one word, or one word with its argument."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from context.imports.broken import BrokenMapping

Step = Callable[[Any], Any]


def compile_steps(steps: list | None) -> list[Step]:
    return [_compile(step) for step in steps or []]


def clean(value: Any, steps: list[Step]) -> Any:
    for step in steps:
        if value in (None, ""):
            return value
        value = step(value)
    return value


def plain(value: Any) -> Any:
    """Single values become text on one line's worth of spaces; lists of them stay lists; yes and no stay as they are."""
    if isinstance(value, str):
        return value.strip()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value if isinstance(value, dict) else str(value).strip()


def _compile(step) -> Step:
    word, argument = next(iter(step.items())) if isinstance(step, dict) and len(step) == 1 else (step, None)
    maker = _STEPS.get(word) if isinstance(word, str) else None
    if maker is None:
        known = ", ".join(sorted(_STEPS))
        raise BrokenMapping(_("There is no cleaning step “%(step)s”. Known are: %(known)s.") % {"step": word, "known": known})
    return maker(argument)


def _strip_suffix(argument) -> Step:
    suffixes = _words(argument)

    def step(value):
        text = str(value)
        return next((text.removesuffix(suffix).strip() for suffix in suffixes if text.endswith(suffix)), text)

    return step


def _strip_prefix(argument) -> Step:
    prefixes = _words(argument)

    def step(value):
        text = str(value)
        return next((text.removeprefix(prefix).strip() for prefix in prefixes if text.startswith(prefix)), text)

    return step


def _split(argument) -> Step:
    """A document may have a list already."""
    separator = str(argument or ",")

    def step(value):
        return value if isinstance(value, list) else [part.strip() for part in str(value).split(separator) if part.strip()]

    return step


def _map(argument) -> Step:
    """An unknown word passes through, so that it is refused by name instead of getting lost."""
    if not isinstance(argument, dict):
        raise BrokenMapping(_("The step “map” needs a list of words with what each becomes."))
    table = {str(word).lower(): meaning for word, meaning in argument.items()}
    return lambda value: table.get(str(value).lower(), value)


def _date(argument) -> Step:
    form = str(argument or "%Y-%m-%d")

    def step(value):
        try:
            return datetime.strptime(str(value), form).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            return value

    return step


def _with_scheme(value) -> str:
    """People write “www.example.com” for https://www.example.com. What names no host passes, and is refused by name."""
    address = str(value).strip()
    return f"https://{address}" if _HOST.match(address) else address


_HOST = re.compile(r"(?!//)[\w-]+(\.[\w-]+)+(:\d+)?(/|$)")


def _words(argument) -> list[str]:
    return [str(word) for word in (argument if isinstance(argument, list) else [argument])]


_STEPS: dict[str, Callable[[Any], Step]] = {
    "strip_suffix": _strip_suffix,
    "strip_prefix": _strip_prefix,
    "collapse_spaces": lambda _argument: lambda value: " ".join(str(value).split()),
    "lower": lambda _argument: lambda value: str(value).lower(),
    "upper": lambda _argument: lambda value: str(value).upper(),
    "key": lambda _argument: lambda value: slugify(str(value)),
    "split": _split,
    "map": _map,
    "date": _date,
    "web_address": lambda _argument: _with_scheme,
}
