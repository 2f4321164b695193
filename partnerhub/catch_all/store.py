"""The mails that the catch-all took: one file each, and an index of one line each, both bounded."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from pathlib import Path

KEEP_AT_MOST = 20_000
# Old ones go this many at a time, so that the index is rewritten seldom.
DROP_AT_ONCE = 2_000
INDEX = "index.jsonl"
_SUBJECT = re.compile(rb"^subject:[ \t]*(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """A mail as its envelope and its Subject say. `received` is in seconds since 1970, UTC."""

    id: str
    sender: str
    to: list[str]
    subject: str
    received: float


class MailStore:
    """Written by one process, the mail server; read by any."""

    def __init__(self, folder: Path, *, keep_at_most: int = KEEP_AT_MOST, drop_at_once: int = DROP_AT_ONCE):
        self.folder = folder
        self.index = folder / INDEX
        self.keep_at_most = keep_at_most
        self.drop_at_once = drop_at_once

    def open(self) -> "MailStore":
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.count = sum(1 for _ in self.entries())
        self.last = 0
        self.lines = open(self.index, "a", encoding="utf-8")  # noqa: SIM115 - open for as long as the server runs
        return self

    def add(self, sender: str, to: list[str], content: bytes) -> Entry:
        self.last = max(time.time_ns(), self.last + 1)
        entry = Entry(id=str(self.last), sender=sender, to=to, subject=_subject_of(content), received=self.last / 1e9)
        self._file(entry.id).write_bytes(content)
        self.lines.write(json.dumps(asdict(entry)) + "\n")
        self.lines.flush()
        self.count += 1
        if self.count >= self.keep_at_most + self.drop_at_once:
            self._drop_oldest()
        return entry

    def entries(self) -> Iterator[Entry]:
        """Oldest first. A last line that is only half written is left out."""
        if not self.index.exists():
            return
        with open(self.index, encoding="utf-8") as lines:
            for line in lines:
                if line.endswith("\n"):
                    yield Entry(**json.loads(line))

    def content(self, mail_id: str) -> bytes | None:
        file = self._file(mail_id)
        return file.read_bytes() if mail_id.isascii() and mail_id.isdigit() and file.exists() else None

    def _file(self, mail_id: str) -> Path:
        return self.folder / f"{mail_id}.eml"

    def _drop_oldest(self) -> None:
        entries = list(self.entries())
        gone, kept = entries[: -self.keep_at_most], entries[-self.keep_at_most :]
        partial = self.index.with_suffix(".part")
        partial.write_text("".join(json.dumps(asdict(entry)) + "\n" for entry in kept), encoding="utf-8")
        self.lines.close()
        partial.replace(self.index)
        self.lines = open(self.index, "a", encoding="utf-8")  # noqa: SIM115 - as above
        self.count = len(kept)
        for entry in gone:
            self._file(entry.id).unlink(missing_ok=True)


def _subject_of(content: bytes) -> str:
    """Only this one header is read, since parsing all of them takes longer than taking the mail."""
    headers = re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0]
    found = _SUBJECT.search(headers)
    written = re.sub(r"\r?\n", "", found[1].decode(errors="replace")).strip() if found else ""
    try:
        return str(make_header(decode_header(written)))
    except (HeaderParseError, LookupError, ValueError):  # an encoding nobody knows
        return written
