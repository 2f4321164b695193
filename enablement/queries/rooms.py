"""Rooms as those see them who are in one, and what differs between two texts."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from enablement.models import Room, RoomMember
from enablement.writers import Writer


@dataclass(frozen=True)
class Line:
    """`kind` is same, gone or new."""

    kind: str
    text: str


def rooms_of(writer: Writer) -> QuerySet[Room]:
    mine = RoomMember.objects.filter(**writer.membership)
    seen = mine.filter(room=OuterRef("pk")).values("seen_at")[:1]
    rows = Room.objects.filter(pk__in=mine.values("room")).select_related("programme", "partner")
    return rows.annotate(seen_at=Subquery(seen)).order_by("-last_at", "-pk")


def with_news(rows: QuerySet[Room]) -> QuerySet[Room]:
    """Where something was written since this person looked."""
    return rows.filter(Q(seen_at=None) | Q(seen_at__lt=F("last_at")))


def difference(before: str, after: str) -> list[Line]:
    """Line by line; long stretches that stayed are left out but for a few lines around what changed."""
    old, new = before.splitlines(), after.splitlines()
    lines = []
    for nth, group in enumerate(difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(2)):
        if nth:
            lines.append(Line("same", "…"))
        lines.extend(_lines(group, old, new))
    return lines


def _lines(group, old: list[str], new: list[str]) -> Iterator[Line]:
    for tag, from_old, to_old, from_new, to_new in group:
        if tag == "equal":
            yield from (Line("same", text) for text in old[from_old:to_old])
            continue
        yield from (Line("gone", text) for text in old[from_old:to_old])
        yield from (Line("new", text) for text in new[from_new:to_new])
