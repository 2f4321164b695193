"""The gold set of the assistant: documents of a partner programme, and what people ask about them.

The folder of a document says what it is: `current` may be read by everybody, `hostile` as well, `expired` has ended, `others` are
not for the person who asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import yaml
from django.utils import timezone

from search.actions.indexing import Paragraph, embed_waiting, index_document
from search.models import Document
from search.sources import Source, register_source

HERE = Path(__file__).parent
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


def questions() -> list[Asked]:
    found = []
    for part, kinds in yaml.safe_load((HERE / "questions.yaml").read_text()).items():
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


def index_gold() -> int:
    """Into the index, with its meaning; how many paragraphs."""
    register_source(Source(KIND, "Gold", visible_to=_visible_to))
    count = 0
    for path in sorted(HERE.glob("documents/*/*.md")):
        title, paragraphs = paragraphs_of(path.read_text())
        count += len(paragraphs)
        ended = timezone.now() - timedelta(days=1) if path.parent.name == "expired" else None
        index_document(
            KIND,
            _public_id(path),
            title=title,
            address=f"/{path.stem}/",
            paragraphs=paragraphs,
            file_name=path.name,
            expires_at=ended,
        )
    while embed_waiting(256):
        pass
    return count


def paragraphs_of(text: str) -> tuple[str, list[Paragraph]]:
    title, heading, found = "", "", []
    for block in text.strip().split("\n\n"):
        lines = block.strip().splitlines()
        while lines and lines[0].startswith("#"):
            level, _space, words = lines.pop(0).partition(" ")
            title, heading = (words, heading) if level == "#" else (title, words)
        if lines:
            found.append(Paragraph(heading, " ".join(lines)))
    return title, found


def answers(asked: Asked) -> set[tuple[str, int]]:
    """File and number of the paragraph that answers."""
    [path] = HERE.glob(f"documents/*/{asked.file}")
    _title, paragraphs = paragraphs_of(path.read_text())
    return {(path.name, number) for number, one in enumerate(paragraphs, start=1) if asked.says in one.text}


def _files(folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        yield from HERE.glob(f"documents/{folder}/*.md")


def _visible_to(user):
    allowed = [_public_id(path) for path in _files(MAY_READ)]
    return Document.objects.filter(kind=KIND, public_id__in=allowed).values_list("public_id")


def _public_id(path: Path) -> UUID:
    return uuid5(NAMESPACE_URL, f"gold/{path.parent.name}/{path.name}")
