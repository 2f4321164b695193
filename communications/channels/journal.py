"""A local, append-only note of what each connection is doing, beside the database.

A plain write survives the death of the process. So after `kill -9` only the one message whose `begin` has no `end` is in
doubt; the rest of its window is known. One file per lease, removed when the lease ends well.

It does not survive the end of the machine's run: the last lines may never have reached the disk, though the file is there. So its
first line names the run, and it is believed only in the same one. Once a lease was taken back its file is gone, and a process that
stood still meanwhile sends nothing more of it."""

import errno
import os
import uuid
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Self

from django.conf import settings

from communications.channels.outcomes import Outcome
from communications.models import DeliveryState


class TakenBackError(Exception):
    """The lease was taken back and its journal put away: somebody else may be sending these mails."""


def _file_of(lease: uuid.UUID) -> Path:
    return settings.DATA_DIR / "journal" / f"{lease}.log"


@lru_cache(maxsize=1)
def _machine() -> str:
    """Another one each time that the machine starts; the same for ever where its system does not tell."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return "a machine"


class Journal:
    def __init__(self, lease: uuid.UUID):
        self.path = _file_of(lease)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lines = [f"machine {_machine()}"]
        self.write()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_rest: object) -> None:
        """Where the lease ended badly, what became of its rows is read from it."""
        if error is None:
            self.path.unlink(missing_ok=True)
        else:
            with suppress(OSError):
                self.write()
        os.close(self.file)

    def begin(self, contact_ids: Collection[int]) -> None:
        """Raises where the disk does not take it, or the lease was taken back while this process stood still: then nothing of the
        messages may leave."""
        if contact_ids and not os.fstat(self.file).st_nlink:
            raise TakenBackError
        self._lines += [f"begin {contact_id}" for contact_id in contact_ids]
        self.write()

    def end(self, contact_id: int, outcome: Outcome) -> None:
        """Kept once it is written: a process that dies before leaves the mail in doubt."""
        self._lines.append(f"end {contact_id} {outcome.state} {' '.join(outcome.reason.split())[:200]}")

    def write(self) -> None:
        """All at once, beginning on a line of their own, whatever a full disk took of the one before. What it takes only a part of
        is taken back: those mails do not go."""
        lines, self._lines = self._lines, []
        if not lines:
            return
        whole = "\n".join(["", *lines, ""]).encode()
        written = os.write(self.file, whole)
        if written < len(whole):
            os.ftruncate(self.file, os.fstat(self.file).st_size - written)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@dataclass(frozen=True)
class Record:
    begun: set[int] = field(default_factory=set)
    ended: dict[int, Outcome] = field(default_factory=dict)

    def is_open(self, contact_id: int) -> bool:
        return contact_id in self.begun and contact_id not in self.ended

    def outcome_of(self, contact_id: int) -> Outcome | None:
        return self.ended.get(contact_id)


def read(lease: uuid.UUID) -> Record | None:
    """What the journal of a lease says, or None when it is gone with its machine, or with that machine's run."""
    try:
        _start, machine, *lines = _file_of(lease).read_bytes().decode(errors="replace").split("\n")
    except (FileNotFoundError, ValueError):  # not there, or without its first line
        return None
    if machine != f"machine {_machine()}":
        return None
    record = Record()
    for line in lines:
        with suppress(ValueError):  # a line that is not whole
            _note(record, line)
    return record


def forget(lease: uuid.UUID) -> None:
    """What became of the rows of the lease is in the database."""
    _file_of(lease).unlink(missing_ok=True)


def _note(record: Record, line: str) -> None:
    word, number, *rest = line.split(" ", 3)
    contact_id = int(number)
    if word == "begin":
        record.begun.add(contact_id)
        record.ended.pop(contact_id, None)
    elif word == "end" and rest:
        record.ended[contact_id] = Outcome(DeliveryState(rest[0]), rest[1] if len(rest) > 1 else "")
