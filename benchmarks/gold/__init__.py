"""The gold sets of the assistant: documents of partner programmes, each set with what people ask about it.

The folder of a document says what it is: `current` may be read by everybody, `hostile` as well, `expired` has ended, `others` are
not for the person who asks. Files are read as the library reads them."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import yaml
from django.utils import timezone

from enablement.file_types import TYPES
from enablement.reading.files import read_file
from enablement.reading.passages import Reading
from enablement.reading.texts import language_of
from search.actions.indexing import Paragraph, embed_waiting, index_document
from search.models import Document
from search.sources import Source, register_source

HERE = Path(__file__).parent
SETS = ("northwind", "tidewater", "borealis", "lumora", "rheinwerk")
KIND = "gold"
MAY_READ = ("current", "hostile", "expired")


@dataclass(frozen=True)
class Asked:
    """`says` is a piece of the paragraph of `file` that answers; `never` are files and `leaks` words that no answer may have."""

    part: str
    kind: str
    text: str
    file: str = ""
    says: str = ""
    never: tuple[str, ...] = ()
    leaks: tuple[str, ...] = ()
    must_abstain: bool = False


def questions(name: str) -> list[Asked]:
    """Of one set."""
    found = []
    for part, kinds in yaml.safe_load((HERE / name / "questions.yaml").read_text()).items():
        found += [Asked(part, "answerable", one["ask"], one["file"], one["says"]) for one in kinds["answerable"]]
        found += [Asked(part, "unanswerable", one, must_abstain=True) for one in kinds["unanswerable"]]
        found += [
            Asked(
                part, "adversarial", one["ask"], never=tuple(one["not"]), leaks=tuple(one.get("leaks", ())),
                must_abstain=one.get("abstain", False),
            )
            for one in kinds["adversarial"]
        ]  # fmt: skip
    return found


def index_gold(name: str) -> int:
    """One set into the index, with its meaning, and no other to be found; how many paragraphs."""
    register_source(Source(KIND, "Gold", visible_to=lambda _reader: _visible(name)))
    count = 0
    for path in _files(name, "*"):
        reading = _reading(path)
        count += len(reading.passages)
        index_document(
            KIND,
            _public_id(path),
            title=reading.title or path.stem,
            address=f"/{path.stem}/",
            paragraphs=[Paragraph(each.heading, each.text) for each in reading.passages],
            language=language_of(reading.text) or "en",
            file_name=path.name,
            expires_at=timezone.now() - timedelta(days=1) if path.parent.name == "expired" else None,
        )
    while embed_waiting(256):
        pass
    return count


def answers(name: str, asked: Asked) -> set[tuple[str, int]]:
    """File and number of the paragraph that answers."""
    [path] = _files(name, "*", asked.file)
    right = {(path.name, n) for n, one in enumerate(_reading(path).passages, start=1) if asked.says in one.text}
    assert right, f"{asked.file} does not say “{asked.says}”"
    return right


@cache
def _reading(path: Path) -> Reading:
    return read_file(path.read_bytes(), TYPES[path.suffix[1:]].media_type)


def _files(name: str, folder: str, file: str = "*.*") -> list[Path]:
    return sorted((HERE / name).glob(f"documents/{folder}/{file}"))


def _visible(name: str):
    allowed = [_public_id(path) for folder in MAY_READ for path in _files(name, folder)]
    return Document.objects.filter(kind=KIND, public_id__in=allowed).values_list("public_id")


def _public_id(path: Path) -> UUID:
    return uuid5(NAMESPACE_URL, f"gold/{path.parent.name}/{path.name}")
