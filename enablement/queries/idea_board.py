"""The board of ideas: a column for each status, in it those with the most votes."""

from dataclasses import dataclass

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from enablement.models import Idea, IdeaStatus
from partners.models import Programme

SHOWN = 12


@dataclass(frozen=True)
class Column:
    status: IdeaStatus
    ideas: list[Idea]
    total: int

    @property
    def not_shown(self) -> int:
        return self.total - len(self.ideas)


@dataclass(frozen=True)
class Board:
    columns: list[Column]
    programmes: list[Programme]
    late: int

    @property
    def total(self) -> int:
        return sum(column.total for column in self.columns)


def board_of(user, programme: str = "") -> Board:
    """Three queries, whatever there is."""
    rows = Idea.objects.visible_to(user).filter(merged_into=None, hidden_at=None)
    if programme:
        rows = rows.filter(programme__key=programme)
    totals = dict(rows.order_by().values_list("status").annotate(total=Count("pk")))
    shown: dict[str, list[Idea]] = {}
    for idea in _first_of_each(rows):
        shown.setdefault(idea.status, []).append(idea)
    columns = [Column(status, shown.get(status, []), totals.get(status, 0)) for status in IdeaStatus]
    return Board(columns, list(Programme.objects.order_by("name")), rows.late().count())


def _first_of_each(rows: QuerySet[Idea]) -> QuerySet[Idea]:
    order = (F("votes").desc(), F("proposed_at").asc(), F("pk").asc())
    nth = Window(RowNumber(), partition_by=F("status"), order_by=order)
    first = rows.order_by().annotate(nth=nth).filter(nth__lte=SHOWN)
    return first.select_related("owner", "programme", "partner").order_by(*order)
