"""All styles of the portal as one file, put together when the first page asks and named by its content.

Thirty small files are right for whoever reads them and wrong for a phone: five times round a slow line before anything is seen.
There is no build step: what is served is what stands in static/css, one after the other."""

import gzip
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders


@dataclass(frozen=True)
class Bundle:
    name: str
    text: bytes
    packed: bytes


def bundle_of(names: Sequence[str]) -> Bundle:
    """Read once; while somebody works on the styles, as often as one of them is saved."""
    paths = tuple(Path(finders.find(name)) for name in names) if settings.DEBUG else tuple(names)
    return _bundle(paths, max(path.stat().st_mtime for path in paths) if settings.DEBUG else 0)


@lru_cache(maxsize=4)
def _bundle(files: tuple[Path | str, ...], _saved: float) -> Bundle:
    paths = [file if isinstance(file, Path) else Path(finders.find(file)) for file in files]
    text = b"\n".join(path.read_bytes() for path in paths)
    return Bundle(hashlib.sha256(text).hexdigest()[:16], text, gzip.compress(text, 9, mtime=0))
