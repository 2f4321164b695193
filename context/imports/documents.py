"""JSON and YAML: documents of mappings and lists."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ijson
import yaml
from django.conf import settings
from django.utils.translation import gettext as _

from context.imports.broken import BrokenFile
from context.imports.encoding import open_text

_DEEPEST = 60
_YAML_SHARE = 4  # YAML needs about forty times its size in memory, and a minute for each 200 MB
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OPEN = (yaml.SequenceStartEvent, yaml.MappingStartEvent)
_CLOSE = (yaml.SequenceEndEvent, yaml.MappingEndEvent)


def read_document(path: Path, ending: str) -> Any:
    return _read_json(path) if ending == ".json" else _read_yaml(path)


def stream_json(path: Path, at: list[str]) -> Iterator[Any]:
    """The items of the list at `at`, one at a time, whatever the size of the file."""
    prefix = ".".join([*(f"{step}.item" for step in at)]) or "item"
    open_text(path).close()  # for its sentence about a wrong encoding
    try:
        with path.open("rb") as file:
            _skip_mark(file)
            yield from ijson.items(file, prefix, use_float=True)
    except (ijson.JSONError, UnicodeDecodeError, ValueError) as error:
        raise _not_json(error) from None


def can_be_streamed(path: Path) -> bool:
    """ijson reads UTF-8 only, and finds its list without looking at what is above it."""
    with path.open("rb") as file:
        return not file.read(2).startswith((b"\xff\xfe", b"\xfe\xff"))


def _skip_mark(file) -> None:
    if file.read(3) != b"\xef\xbb\xbf":
        file.seek(0)


def _read_json(path: Path) -> Any:
    with open_text(path) as file:
        try:
            return json.load(file)
        except (ValueError, RecursionError) as error:
            raise _not_json(error) from None


def _not_json(error: Exception) -> BrokenFile:
    return BrokenFile(_("This is not JSON that can be read: %(error)s.") % {"error": str(error)[:200]})


def _read_yaml(path: Path) -> Any:
    if path.stat().st_size * _YAML_SHARE > settings.IMPORT_MAX_BYTES:
        raise BrokenFile(_("This YAML file is too large to be read at once. Split it, or save it as JSON."))
    with open_text(path) as file:
        text = file.read()
    try:
        _check_depth(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - the safe loader, in C
    except yaml.YAMLError as error:
        raise BrokenFile(_("This is not YAML that can be read: %(error)s.") % {"error": _place(error)}) from None
    except (ValueError, TypeError, RecursionError) as error:
        raise BrokenFile(_("This is not YAML that can be read: %(error)s.") % {"error": str(error)[:200]}) from None


def _check_depth(text: str) -> None:
    """The loader in C goes one call deeper for each level, and ends the whole process when there are too many."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, _OPEN) - isinstance(event, _CLOSE)
        if depth > _DEEPEST:
            raise BrokenFile(_("This document is nested more than %(levels)d levels deep.") % {"levels": _DEEPEST})


def _place(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)[:200]
    return _("%(problem)s in line %(line)d") % {"problem": problem, "line": mark.line + 1} if mark else problem
