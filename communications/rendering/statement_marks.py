"""Marks of statements: `{{ statement.list-price }}` in a title, a text or a detail. What is stated is the same for everybody, so
that it is put in before anything else is; only how it is written goes by the language.

In Markdown a value becomes a mark of its own, `{{= … }}`, which nobody can write: it is text wherever it stands, so that “1. May”
at the beginning of a line begins no list."""

import re
from collections.abc import Iterable
from copy import copy

from communications.consistency.values import Value

PREFIX = "statement."
MARK = re.compile(r"\{\{\s*statement\.([a-z0-9][a-z0-9_-]*)\s*\}\}")
_LITERAL = "="
_PUT_IN = re.compile(r"\{\{=([0-9a-f]*)\}\}")
_SIGNS = re.compile(r"([\\`*_\[\]<>#|~]|(?<=\d)\.(?=\s))")


def mark_of(key: str) -> str:
    return f"{{{{ {PREFIX}{key} }}}}"


def keys_in(texts: Iterable[str]) -> set[str]:
    return {key for text in texts for key in MARK.findall(text)}


def literal_of(name: str) -> str | None:
    """What stands in the place of a merge field of this name because it is the same for everybody; None where it is a person's."""
    if name.startswith(_LITERAL):
        return bytes.fromhex(name[1:]).decode()
    return f"[{name.removeprefix(PREFIX)}]" if name.startswith(PREFIX) else None


def with_values(text: str, values: dict[str, str]) -> str:
    """In one line."""
    return MARK.sub(lambda match: values.get(match.group(1), f"[{match.group(1)}]"), text)


def with_values_in_markdown(body: str, values: dict[str, str]) -> str:
    def literal(match: re.Match) -> str:
        value = values.get(match.group(1))
        return match.group(0) if value is None else f"{{{{{_LITERAL}{value.encode().hex()}}}}}"

    return MARK.sub(literal, body)


def in_markdown(body: str) -> str:
    """A text into which values were put by `tell`, to be read as Markdown elsewhere: no sign of a value is one of Markdown's."""
    return _PUT_IN.sub(lambda match: _SIGNS.sub(r"\\\1", bytes.fromhex(match.group(1)).decode()), body)


def spelled_out(stated: dict, language: str) -> list[tuple[str, dict, str]]:
    """Each key with what a version keeps of it, and as this language writes it."""
    return [(key, told, Value.of_json(told).said(language)) for key, told in sorted(stated.items())]


def tell(version, language: str):
    """A version, or what has its words, with everything put in that it states, as `language` writes it."""
    if not version.stated:
        return version
    values = {key: Value.of_json(told).said(language) for key, told in version.stated.items()}
    other = copy(version)
    other.title, other.call_to_action = with_values(version.title, values), with_values(version.call_to_action, values)
    other.body = with_values_in_markdown(version.body, values)
    other.details = {key: with_values(text, values) for key, text in version.details.items()}
    return other
