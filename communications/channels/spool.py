"""Files of hits, for the time that the stream is away.

Writers append to one file under its lock; the reader takes the file by renaming it under the same lock, so nobody writes to what
was taken. How far a taken file is written to the database stands there, in the transaction of what was written: a file is
removed only after that, and one that is read twice is counted once."""

import contextlib
import fcntl
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings


def write(lines: Iterable[str]) -> None:
    """Append; on the disk before it returns."""
    with _locked() as file:
        file.write("".join(f"{line}\n" for line in lines).encode())
        file.flush()
        os.fsync(file.fileno())


def take() -> None:
    """Close the file that is being written; the next hit begins another."""
    path = _path()
    if not path.exists():
        return
    with _locked():
        path.rename(path.with_name(f"{uuid.uuid4().hex}.taken"))


def taken() -> list[str]:
    """The names of files that are to be read, each never used again."""
    return sorted(path.name for path in _path().parent.glob("*.taken"))


def read_from(name: str, position: int, at_most: int) -> tuple[list[bytes], int]:
    """The lines after a position, and the position behind them."""
    with (_path().parent / name).open("rb") as file:
        file.seek(position)
        lines = [line for line in (file.readline() for _number in range(at_most)) if line]
        return lines, file.tell()


def remove(name: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        (_path().parent / name).unlink()


def _path() -> Path:
    return settings.DATA_DIR / "spool" / "hits.jsonl"


@contextmanager
def _locked() -> Iterator[BinaryIO]:
    """The file, which nobody else has at the moment. Where it was taken while we waited, the one after it."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        with path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_still(path, file):
                yield file
                return


def _is_still(path: Path, file: BinaryIO) -> bool:
    try:
        return path.stat().st_ino == os.fstat(file.fileno()).st_ino
    except FileNotFoundError:
        return False
