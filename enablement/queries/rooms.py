"""Rooms as those see them who are in one, and what differs between two texts."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

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


def without_their_side(rows: QuerySet[Room]) -> QuerySet[Room]:
    """Unfinished, and whoever was named of the partner has left it: somebody else has to be."""
    there = RoomMember.objects.filter(room=OuterRef("pk"), contact__left_on=None, contact__isnull=False)
    return rows.filter(~Exists(there), finished_at=None)


def named_in(room: Room) -> QuerySet[RoomMember]:
    """Whoever reads it today."""
    named = room.members.filter(contact__left_on=None).select_related("contact", "user")
    return named.order_by("contact__name", "user__name")


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
