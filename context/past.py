"""Tables that tell what had happened up to a day in the past, for whoever looks at rules as of then.

The apps above add theirs in `AppConfig.ready`; `context.queries.past` lays them over those of today."""

from dataclasses import dataclass

OF_THEIR_PEOPLE = "contact_id IN (SELECT id FROM {schema}.partners_contact WHERE partner_id = ANY(%(partners)s))"
OF_THEM = "partner_id = ANY(%(partners)s)"


@dataclass(frozen=True)
class PastTable:
    """`where` picks the rows that were there at `%(then)s`, of the partners `%(partners)s`; `since_then` are assignments that take
    back what a row got later. Both are SQL of ours."""

    name: str
    where: str
    since_then: tuple[str, ...] = ()


_tables: dict[str, PastTable] = {}


def register_past(table: PastTable) -> None:
    _tables[table.name] = table


def past_tables() -> list[PastTable]:
    return list(_tables.values())
