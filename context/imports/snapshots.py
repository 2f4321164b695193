"""A file that holds a list as it was on several days: its records in the order of the days, and who was on it each day."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby, islice

from django.utils.translation import gettext as _

from context.imports.broken import BrokenFile
from context.imports.planning import REFUSED, RowPlan
from context.imports.shaping import Record


def batches_by_day(records: Iterable[Record], rows: int) -> Iterator[tuple[list[Record], bool]]:
    """At most `rows` records of one day at a time, and whether they are the last of it. Raises `BrokenFile` where a day comes
    back."""
    latest = ""
    for day, records_of_day in groupby(records, key=_day):
        if day < latest:
            raise BrokenFile(
                _("Rows of %(day)s come after rows of %(latest)s. Sort the file by its days: who is missing on one has left.")
                % {"day": day, "latest": latest}
            )
        latest = day
        yield from _with_end(records_of_day, rows)


def _with_end(records: Iterator[Record], rows: int) -> Iterator[tuple[list[Record], bool]]:
    batch = list(islice(records, rows))
    while batch:
        following = list(islice(records, rows))
        yield batch, not following
        batch = following


def _day(record: Record) -> str:
    return str(record.values.get("observed_on", ""))[:10]


class Listed:
    """Who is on the list of one day, by programme, and the names of rows that were refused: of these we cannot say that they
    have left. Kept as plans, since a new partner has no number before it is written."""

    def __init__(self) -> None:
        self.day: datetime | None = None
        self.is_whole = False
        self._plans: list[RowPlan] = []

    def turn_to(self, day: datetime) -> bool:
        """Whether it is another day."""
        if day == self.day:
            return False
        self.day, self.is_whole, self._plans = day, False, []
        return True

    def note(self, plans: list[RowPlan], *, ends_day: bool) -> None:
        if self.day:
            self._plans += plans
            self.is_whole = ends_day

    def partners(self) -> dict[str, set[int]]:
        """Their ids, by programme; programmes of which the day says nothing are not named."""
        found: dict[str, set[int]] = {}
        for plan in self._plans:
            if plan.outcome != REFUSED:
                found.setdefault(plan.programme, set()).add(plan.known.pk)
        return found

    def unclear_names(self) -> set[str]:
        return {plan.record.name.casefold() for plan in self._plans if plan.outcome == REFUSED}
