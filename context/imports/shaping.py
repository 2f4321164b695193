"""From rows of a file to records of partners: the mapping applied, nothing looked up in the database yet."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from context.imports.broken import BrokenFile
from context.imports.cleaning import clean, plain
from context.imports.delimited import read_delimited
from context.imports.documents import can_be_streamed, read_document, stream_json
from context.imports.mapping import ENROLMENT_FIELDS, FIELDS, PARTNER_FIELDS, Join, Mapping, Rows, Value
from context.imports.reading import FLAT, Row, Table, check_file, column_key
from context.imports.walking import rows_at, satisfies, unwrapped, value_at
from context.imports.workbook import read_workbook

_KEY, _FACT = "key.", "fact."
_NAMES_KEPT = 200


@dataclass
class Record:
    """What one row says. `values` has fields by name; `constants` names those that the mapping said, not the row."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    constants: frozenset[str] = frozenset()
    problem: str = ""
    original: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.values.get("name") or "")


@dataclass
class Source:
    """A file seen through a mapping. `headers` are those of a flat file, `unused` the columns that nothing reads."""

    records: Iterator[Record]
    headers: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


def open_source(path: Path, name: str, mapping: Mapping) -> Source:
    """Raises `BrokenFile`; records are made as they are asked for, so it may also come while they are read."""
    ending = check_file(path, name)
    if ending in FLAT:
        table = read_workbook(path) if ending == ".xlsx" else read_delimited(path)
        return _flat_source(table, mapping)
    return Source(_number(_nested(path, ending, mapping)))


def _flat_source(table: Table, mapping: Mapping) -> Source:
    if mapping.joins or any(rows.place.at for rows in mapping.rows):
        raise BrokenFile(_("The mapping “%(key)s” is for nested documents (JSON or YAML), not for tables.") % {"key": mapping.key})
    used = _columns_used(mapping)
    columns = {column_key(header) for header in table.headers}
    name_columns = {column_key(path) for path in mapping.fields["name"].paths}
    if not name_columns & columns:
        raise BrokenFile(
            _("There is no column “%(column)s”. The columns are: %(columns)s.")
            % {"column": mapping.fields["name"].paths[0], "columns": ", ".join(table.headers)}
        )
    unused = [header for header in table.headers if not _is_used(column_key(header), used, mapping)]
    mapping = _narrowed(mapping, lambda path: column_key(path) in columns)
    rows = mapping.rows[0]
    wanted = {column_key(path): allowed for path, allowed in rows.place.where.get("row", {}).items()}
    records = (_record(row, mapping, rows, {}, is_flat=True) for row in table.rows if row.problem or _has(row.values, wanted))
    return Source(records, table.headers, unused)


def _narrowed(mapping: Mapping, has: Callable[[str], bool]) -> Mapping:
    """Without what the row itself has no place for: nobody looks for it in each row."""

    def found(values: dict[str, Value]) -> dict[str, Value]:
        return {
            name: value
            for name, value in values.items()
            if value.default is not None or value.join or value.level or any(map(has, value.paths))
        }

    return replace(mapping, fields=found(mapping.fields), keys=found(mapping.keys), facts=found(mapping.facts))


class _NarrowedByNames:
    """Rows of a document mostly have the same few names, so that the mapping is narrowed once for many of them."""

    def __init__(self, mapping: Mapping):
        self._mapping = mapping
        self._made: dict[tuple[str, ...], Mapping] = {}

    def of(self, row: Row) -> Mapping:
        names = tuple(row.values)
        if names not in self._made:
            if len(self._made) == _NAMES_KEPT:
                self._made.clear()
            self._made[names] = _narrowed(self._mapping, lambda path: _steps(path)[0] in row.values)
        return self._made[names]


def _has(values: dict, wanted: dict[str, list[str]]) -> bool:
    return all(str(values.get(column, "")) in allowed for column, allowed in wanted.items())


def _columns_used(mapping: Mapping) -> set[str]:
    values = (*mapping.fields.values(), *mapping.keys.values(), *mapping.facts.values())
    return {column_key(path) for value in values for path in value.paths} | {"reason", "row"}


def _is_used(column: str, used: set[str], mapping: Mapping) -> bool:
    return not column or column in used or (mapping.open_columns and column.startswith((_KEY, _FACT)))


def _nested(path: Path, ending: str, mapping: Mapping) -> Iterator[Record]:
    if ending == ".json" and not mapping.needs_whole_document and can_be_streamed(path):
        yield from _streamed(path, mapping)
        return
    document = read_document(path, ending)
    joined = {name: _Joined(document, join) for name, join in mapping.joins.items()}
    narrowed = _NarrowedByNames(mapping)
    for rows in mapping.rows:
        for values, levels in rows_at(document, rows.place):
            row = _row(values, levels)
            yield _record(row, narrowed.of(row), rows, joined)


def _streamed(path: Path, mapping: Mapping) -> Iterator[Record]:
    rows = mapping.rows[0]
    place = rows.place
    conditions = place.where.get(place.at[-1] if place.at else "row")
    narrowed, found = _NarrowedByNames(mapping), False
    for entry in stream_json(path, place.at):
        found = True
        values = unwrapped(entry, place.unwrap)
        if satisfies(values, conditions):
            row = _row(values, {})
            yield _record(row, narrowed.of(row), rows, {})
    if not found:
        where = " → ".join(place.at) or _("the top of the file")
        raise BrokenFile(_("The mapping expects a list with rows at %(where)s; there is none.") % {"where": where})


def _row(values: Any, levels: dict[str, dict]) -> Row:
    if not isinstance(values, dict):
        return Row(0, {}, levels, problem=_("It is not a set of named values."))
    return Row(0, values, levels)


def _number(records: Iterable[Record]) -> Iterator[Record]:
    for number, record in enumerate(records, start=1):
        record.number = number
        yield record


class _Joined:
    """A second list, found by the first of its keys that row and entry both have."""

    def __init__(self, document: Any, join: Join):
        self.on = join.on
        self.tables: list[dict[str, Row]] = [{} for _pair in join.on]
        for place in join.places:
            for values, levels in rows_at(document, place):
                row = Row(0, values, levels)
                for table, (_mine, theirs) in zip(self.tables, join.on, strict=True):
                    if key := _found(row, theirs, {}):
                        table.setdefault(_join_key(key), row)

    def find(self, row: Row) -> Row | None:
        for table, (mine, _theirs) in zip(self.tables, self.on, strict=True):
            key = _found(row, mine, {})
            if key and (hit := table.get(_join_key(key))):
                return hit
        return None


def _join_key(value: Any) -> str:
    return str(value).casefold().rstrip("/")


def _record(row: Row, mapping: Mapping, rows: Rows, joined: dict[str, _Joined], *, is_flat: bool = False) -> Record:
    record = Record(row.number, problem=row.problem, original=row.values if is_flat else {})
    found = {name: value for name, spec in mapping.fields.items() if not _is_empty(value := _found(row, spec, joined, is_flat))}
    record.values = {**rows.constants, **found}
    record.constants = frozenset(rows.constants) - frozenset(found)
    record.keys = {name: value for name, spec in mapping.keys.items() if not _is_empty(value := _found(row, spec, joined, is_flat))}
    record.facts = {
        name: value for name, spec in mapping.facts.items() if not _is_empty(value := _found(row, spec, joined, is_flat))
    }
    if mapping.open_columns:
        _take_open_columns(record, row)
    return record


def _take_open_columns(record: Record, row: Row) -> None:
    for column, value in row.values.items():
        if column.startswith(_KEY):
            record.keys.setdefault(column.removeprefix(_KEY), plain(value))
        elif column.startswith(_FACT):
            record.facts.setdefault(column.removeprefix(_FACT), plain(value))


def _found(row: Row, spec: Value, joined: dict[str, _Joined], is_flat: bool = False) -> Any:
    if spec.join:
        row = joined[spec.join].find(row) if spec.join in joined else None
        if row is None:
            return spec.default
    holder = row.levels.get(spec.level, {}) if spec.level else row.values
    for path in spec.paths:
        value = holder.get(column_key(path)) if is_flat else value_at(holder, _steps(path))
        if not _is_empty(value):
            return clean(plain(value), spec.steps) if spec.steps else plain(value)
    return spec.default


@lru_cache(4096)
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []


def plain_columns(record: Record) -> dict[str, Any]:
    """The record in the shape that the mapping `partners` reads: for refused rows of nested documents."""
    columns = {name: record.values[name] for name in (*PARTNER_FIELDS, *ENROLMENT_FIELDS) if name in record.values}
    columns |= {name: value for name, value in record.values.items() if name in FIELDS and name not in columns}
    columns |= {f"{_KEY}{name}": value for name, value in record.keys.items()}
    columns |= {f"{_FACT}{name}": value for name, value in record.facts.items()}
    return {name: ", ".join(map(str, value)) if isinstance(value, list) else value for name, value in columns.items()}
