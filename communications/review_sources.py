"""What is looked at again beside announcements: whatever the apps above keep true.

They register in `AppConfig.ready`; the review queue only asks what is there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class ToReview:
    """`address` is the page where it is answered."""

    title: str
    address: str
    kind: str
    programme: str
    review_on: date
    owner: str


_sources: list[Callable[..., Iterable[ToReview]]] = []


def register_review_source(read: Callable[..., Iterable[ToReview]]) -> None:
    """`read(user, until, people)` gives what this manager sees and is due by then, of these owners or, with None, of all; in one
    query."""
    if read not in _sources:
        _sources.append(read)


def others_to_review(user, until: date, people=None) -> list[ToReview]:
    found = [row for read in _sources for row in read(user, until, people)]
    return sorted(found, key=lambda row: row.review_on)
