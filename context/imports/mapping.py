"""A mapping: data that says how one kind of file becomes partners. `docs/importing.md` describes the language.

It is read once into `Mapping`; whatever is wrong with it is told then, before any row is looked at."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from context.imports.broken import BrokenMapping
from context.imports.cleaning import Step, compile_steps
from context.imports.walking import Place

PARTNER_FIELDS = ("name", "legal_name", "external_id", "country", "time_zone", "language", "website", "description")
ENROLMENT_FIELDS = ("programme", "kind", "tier", "status", "stage", "starts_on")
CONTACT_FIELDS = (
    "contact_name",
    "contact_email",
    "contact_functions",
    "contact_job_title",
    "contact_phone",
    "contact_language",
    "contact_time_zone",
)
AGREEMENT_FIELDS = (
    "agreement_title",
    "agreement_kind",
    "agreement_programme",
    "agreement_reference",
    "agreement_signed_on",
    "agreement_effective_on",
    "agreement_expires_on",
    "agreement_notice_days",
)
FIGURE_FIELDS = (
    "performance_metric",
    "performance_value",
    "performance_unit",
    "performance_period",
    "performance_from",
    "performance_to",
    "performance_programme",
    "performance_region",
    "performance_product",
    "performance_industry",
    "performance_activity",
)
CERTIFICATE_FIELDS = (
    "certification",
    "certification_holder",
    "certification_issued_on",
    "certification_expires_on",
    "certification_reference",
)
SITE_FIELDS = ("site_name", "site_kind", "site_city", "site_country", "site_activities", "site_capacity")
LEDGER_FIELDS = (*AGREEMENT_FIELDS, *FIGURE_FIELDS, *CERTIFICATE_FIELDS, *SITE_FIELDS)
FIELDS = (*PARTNER_FIELDS, *ENROLMENT_FIELDS, *CONTACT_FIELDS, *LEDGER_FIELDS, "observed_on")
# Those whose value may be a list.
LIST_FIELDS = ("contact_functions", "site_activities")
_PARTS = {
    "name",
    "about",
    "rows",
    "joins",
    "fields",
    "keys",
    "facts",
    "match",
    "programmes",
    "constants",
    "open_columns",
    "snapshots",
}
_VALUE_PARTS = {"from", "level", "join", "clean", "default"}
_SHIPPED = Path(__file__).parent / "mappings"


@dataclass(frozen=True)
class Value:
    """How one value is found: the first of `paths` that holds something, in the row, in a level above it, or in the row
    that `join` found."""

    paths: list[str]
    level: str
    join: str
    steps: list[Step]
    default: Any


@dataclass(frozen=True)
class Rows:
    place: Place
    constants: dict[str, str]


@dataclass(frozen=True)
class Join:
    places: list[Place]
    on: list[tuple[Value, Value]]


@dataclass(frozen=True)
class Mapping:
    """`snapshots` names the data point that says whether a partner is listed: the rows of one day are then all who were
    listed on it, and who is missing has left."""

    key: str
    rows: list[Rows]
    joins: dict[str, Join]
    fields: dict[str, Value]
    keys: dict[str, Value]
    facts: dict[str, Value]
    match: list[str]
    programmes: dict[str, dict]
    open_columns: bool
    snapshots: str

    @property
    def needs_whole_document(self) -> bool:
        return (
            bool(self.joins)
            or len(self.rows) > 1
            or any(set(rows.place.where) - set(rows.place.at[-1:]) for rows in self.rows)
            or (any(value.level for value in (*self.fields.values(), *self.keys.values(), *self.facts.values())))
        )


def shipped_mappings() -> list[str]:
    return sorted(path.stem for path in _SHIPPED.glob("*.yml"))


def shipped_spec(name: str) -> dict | None:
    return read_spec(_SHIPPED / f"{name}.yml") if name in shipped_mappings() else None


def read_spec(path: Path) -> dict:
    """YAML, and JSON with it."""
    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenMapping(_("The mapping file cannot be read: %(error)s") % {"error": str(error)[:200]}) from None


def compile_mapping(key: str, spec: Any) -> Mapping:
    """Raises `BrokenMapping`, naming the part that is wrong."""
    spec = _mapping_of(spec, _("The mapping"))
    _check_names(spec, _PARTS, _("the mapping"))
    fields = {name: _value(value, name) for name, value in _mapping_of(spec.get("fields", {}), "fields").items()}
    _check_names(fields, set(FIELDS), "fields")
    if "name" not in fields:
        raise BrokenMapping(_("The mapping does not say where the partner's name is (fields: name)."))
    keys = {name: _value(value, name) for name, value in _mapping_of(spec.get("keys", {}), "keys").items()}
    constants = _mapping_of(spec.get("constants", {}), "constants")
    mapping = Mapping(
        key=key,
        rows=[_rows(rows, constants) for rows in _list_of(spec.get("rows", [{}]), "rows")],
        joins={name: _join(join, name) for name, join in _mapping_of(spec.get("joins", {}), "joins").items()},
        fields=fields,
        keys=keys,
        facts={name: _value(value, name) for name, value in _mapping_of(spec.get("facts", {}), "facts").items()},
        match=_match(spec, fields, keys),
        programmes=_programmes(spec.get("programmes", {})),
        open_columns=bool(spec.get("open_columns", False)),
        snapshots=str(spec.get("snapshots", "")),
    )
    _check_joins(mapping)
    if mapping.snapshots and "observed_on" not in fields:
        raise BrokenMapping(_("Snapshots need to know their day: say where it is (fields: observed_on)."))
    return mapping


def _match(spec: dict, fields: dict, keys: dict) -> list[str]:
    known = ["external_id", *(f"key.{name}" for name in keys), "name"]
    match = _list_of(spec.get("match", [name for name in known if name in fields or name.startswith("key.")]), "match")
    _check_names(match, set(known), "match")
    return match


def _rows(spec, constants: dict) -> Rows:
    spec = _mapping_of(spec, "rows")
    _check_names(spec, {"at", "where", "unwrap", "constants"}, "rows")
    constants = {**constants, **_mapping_of(spec.get("constants", {}), "constants")}
    _check_names(constants, set(FIELDS), "constants")
    return Rows(_place(spec), {name: str(value) for name, value in constants.items()})


def _place(spec: dict) -> Place:
    at = spec.get("at", [])
    at = at.split(".") if isinstance(at, str) else _list_of(at, "at")
    where = {
        level: {path: _texts(allowed) for path, allowed in _mapping_of(conditions, "where").items()}
        for level, conditions in _mapping_of(spec.get("where", {}), "where").items()
    }
    _check_names(where, set(at or ["row"]), "where")
    return Place([str(step) for step in at], where, str(spec.get("unwrap", "")))


def _join(spec, name: str) -> Join:
    spec = _mapping_of(spec, name)
    _check_names(spec, {"at", "where", "unwrap", "on"}, name)
    pairs = [_mapping_of(pair, "on") for pair in _list_of(spec.get("on"), f"{name}: on")]
    for pair in pairs:
        if set(pair) != {"row", "joined"}:
            raise BrokenMapping(_("Each “on” of the join “%(name)s” needs “row” and “joined”.") % {"name": name})
    return Join([_place(spec)], [(_value(pair["row"], name), _value(pair["joined"], name)) for pair in pairs])


def _value(spec, name: str) -> Value:
    if isinstance(spec, str | list):
        spec = {"from": spec}
    spec = _mapping_of(spec, name)
    _check_names(spec, _VALUE_PARTS, name)
    return Value(
        paths=_texts(spec.get("from", [])),
        level=str(spec.get("level", "")),
        join=str(spec.get("join", "")),
        steps=compile_steps(_list_of(spec.get("clean", []), f"{name}: clean")),
        default=spec.get("default"),
    )


def _programmes(spec) -> dict[str, dict]:
    programmes = {}
    for key, programme in _mapping_of(spec, "programmes").items():
        programme = _mapping_of(programme, f"programmes: {key}")
        _check_names(programme, {"name", "brand", "tiers"}, f"programmes: {key}")
        tiers = _mapping_of(programme.get("tiers", {}), f"{key}: tiers")
        programmes[str(key)] = {**programme, "tiers": {str(tier): str(name) for tier, name in tiers.items()}}
    return programmes


def _check_joins(mapping: Mapping) -> None:
    for value in (*mapping.fields.values(), *mapping.keys.values(), *mapping.facts.values()):
        if value.join and value.join not in mapping.joins:
            raise BrokenMapping(_("The mapping speaks of a join “%(name)s” that it does not describe.") % {"name": value.join})


def _check_names(names, known: set[str], where: str) -> None:
    for name in names:
        if name not in known:
            raise BrokenMapping(
                _("“%(name)s” has no meaning in %(where)s of the mapping. Known are: %(known)s.")
                % {"name": name, "where": where, "known": ", ".join(sorted(known))}
            )


def _mapping_of(value, name: str) -> dict:
    if not isinstance(value, dict):
        raise BrokenMapping(_("“%(name)s” of the mapping has to be a set of named parts.") % {"name": name})
    return value


def _list_of(value, name: str) -> list:
    if not isinstance(value, list):
        raise BrokenMapping(_("“%(name)s” of the mapping has to be a list.") % {"name": name})
    return value


def _texts(value) -> list[str]:
    return [str(item) for item in (value if isinstance(value, list) else [value])]
