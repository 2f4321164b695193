"""Finding the rows in a document: through lists that lie in mappings that lie in lists."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from context.imports.broken import BrokenFile


@dataclass(frozen=True)
class Place:
    """Where rows are: the names of the lists on the way down, what the levels must say, and under which key of its
    list entry a row lies, where it does."""

    at: list[str]
    where: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    unwrap: str = ""


def rows_at(document: Any, place: Place) -> Iterator[tuple[dict, dict[str, dict]]]:
    """Each row with the levels above it; its own level goes by the name of the last list."""
    if not place.at:
        place = Place(["row"], place.where, place.unwrap)
        document = {"row": document}
    yield from _descend(document, place, 0, {})


def value_at(row: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if not isinstance(row, dict):
            return None
        row = row.get(step)
    return row


def _descend(node: Any, place: Place, depth: int, levels: dict[str, dict]) -> Iterator[tuple[dict, dict[str, dict]]]:
    name = place.at[depth]
    is_last = depth == len(place.at) - 1
    for entry in _entries(node, name, is_first=depth == 0):
        row = unwrapped(entry, place.unwrap) if is_last else entry
        if not satisfies(row, place.where.get(name)):
            continue
        if is_last:
            yield row, levels
        else:
            yield from _descend(entry, place, depth + 1, {**levels, name: entry})


def _entries(node: Any, name: str, *, is_first: bool) -> list:
    """A list that is not there is empty; the first one must be there, or the file is of another kind."""
    entries = node.get(name) if isinstance(node, dict) else None
    if is_first and not isinstance(entries, list | dict):
        raise BrokenFile(_("The mapping expects a list called “%(name)s” at the top of the file; there is none.") % {"name": name})
    if isinstance(entries, dict):
        return [entries]
    return entries if isinstance(entries, list) else []


def satisfies(row: Any, conditions: dict[str, list[str]] | None) -> bool:
    return all(str(value_at(row, tuple(path.split(".")))) in allowed for path, allowed in (conditions or {}).items())


def unwrapped(entry: Any, key: str) -> Any:
    """`- item: {name: …}` and `- {item: null, name: …}` both hold a row."""
    inner = entry.get(key) if key and isinstance(entry, dict) else None
    return inner if isinstance(inner, dict) else entry
