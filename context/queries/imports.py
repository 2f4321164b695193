"""Mappings by name, and what the page of an import shows."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from context.imports.broken import BrokenMapping
from context.imports.mapping import Mapping, compile_mapping, shipped_mappings, shipped_spec
from context.models import ImportMapping, ImportRun

_OUTCOMES = ("new", "changed", "unchanged", "refused")


@dataclass(frozen=True)
class Outcome:
    """One of the four; `rows` are the first examples of it: row, name, what."""

    key: str
    label: str
    count: int
    rows: list[dict]

    @property
    def not_shown(self) -> int:
        return max(self.count - len(self.rows), 0)


@dataclass(frozen=True)
class ImportPage:
    run: ImportRun
    outcomes: list[Outcome]
    unused: list[str]
    new_partners: int
    to_write: int
    percent: int

    @property
    def refused(self) -> int:
        return self.outcomes[-1].count


def import_page(run: ImportRun) -> ImportPage:
    """The counts are those of the preview until the import has gone through."""
    is_done = run.status == ImportRun.Status.DONE
    counts = run.counts if is_done else run.preview.get("counts", {})
    examples = run.preview.get("examples", {})
    labels = {"new": _("new"), "changed": _("changed"), "unchanged": _("unchanged"), "refused": _("refused")}
    return ImportPage(
        run=run,
        outcomes=[Outcome(key, labels[key], counts.get(key, 0), examples.get(key, [])) for key in _OUTCOMES],
        unused=run.preview.get("unused", []),
        new_partners=counts.get("new_partners", 0),
        to_write=counts.get("new", 0) + counts.get("changed", 0),
        percent=100 * run.rows_done // max(run.rows_total, 1),
    )


def known_mappings() -> dict[str, str]:
    """`{key: name}` of every mapping that can be chosen; the plain one first."""
    shipped = {key: str((shipped_spec(key) or {}).get("name", key)) for key in shipped_mappings()}
    return {"partners": shipped["partners"]} | shipped | dict(ImportMapping.objects.values_list("key", "name"))


def mapping_named(key: str) -> Mapping:
    """One in the database comes before a shipped one. `BrokenMapping` when there is none, or when it is not sound."""
    own = ImportMapping.objects.filter(key=key).values_list("spec", flat=True).first()
    spec = own if own is not None else shipped_spec(key)
    if spec is None:
        known = ", ".join(known_mappings())
        raise BrokenMapping(_("There is no mapping “%(key)s”. Known are: %(known)s.") % {"key": key, "known": known})
    return compile_mapping(key, spec)
