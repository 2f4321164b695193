"""A local, append-only note of what each connection is doing, beside the database.

A plain write survives the death of the process. So after `kill -9` only the one message whose `begin` has no `end` is in
doubt; the rest of its window is known. One file per lease, removed when the lease ends well."""

import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from communications.channels.outcomes import Outcome
from communications.models import DeliveryState


def _file_of(lease: uuid.UUID) -> Path:
    return settings.DATA_DIR / "journal" / f"{lease}.log"


class Journal:
    def __init__(self, lease: uuid.UUID):
        self.path = _file_of(lease)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def begin(self, contact_id: int) -> None:
        os.write(self.file, f"begin {contact_id}\n".encode())

    def end(self, contact_id: int, outcome: Outcome) -> None:
        reason = outcome.reason.replace("\n", " ")[:200]
        os.write(self.file, f"end {contact_id} {outcome.state} {reason}\n".encode())

    def close(self) -> None:
        os.close(self.file)
        self.path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Record:
    begun: frozenset[int]
    ended: dict[int, Outcome]

    def is_open(self, contact_id: int) -> bool:
        return contact_id in self.begun and contact_id not in self.ended

    def outcome_of(self, contact_id: int) -> Outcome | None:
        return self.ended.get(contact_id)


def read(lease: uuid.UUID) -> Record | None:
    """What the journal of a lease says, or None when it is gone with its machine."""
    path = _file_of(lease)
    if not path.exists():
        return None
    begun: set[int] = set()
    ended: dict[int, Outcome] = {}
    for line in path.read_text(errors="replace").splitlines():
        word, contact_id, *rest = line.split(" ", 3)
        if word == "begin":
            begun.add(int(contact_id))
            ended.pop(int(contact_id), None)
        elif rest:
            ended[int(contact_id)] = Outcome(DeliveryState(rest[0]), rest[1] if len(rest) > 1 else "")
    return Record(frozenset(begun), ended)
