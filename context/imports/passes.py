"""A pass over a file: its rows planned batch by batch, counted, and shown by example."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time
from itertools import islice
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from activity.refusals import Refused
from context.imports.ahead import no_search_for_cycles, one_ahead
from context.imports.checking import Checked
from context.imports.kinds import KINDS
from context.imports.knowledge import Knowledge
from context.imports.mapping import Mapping
from context.imports.planning import CHANGED, NEW, REFUSED, UNCHANGED, RowPlan, check_batch, plan_batch, start_of
from context.imports.refused import RefusedRows
from context.imports.shaping import Record, Source, open_source
from context.imports.snapshots import Listed, batches_by_day
from context.models import ImportRun
from context.queries.imports import mapping_named

BATCH_ROWS = 1_000
EXAMPLES_OF_EACH = 50


class Reading:
    """One pass over the file. `listed` is who was on the list of the day that is being read, where the file holds snapshots."""

    def __init__(self, run: ImportRun, path: Path | None, mapping: Mapping | None):
        self.mapping = mapping or mapping_named(run.mapping)
        self.source = source_of(run)
        observed_at = datetime.combine(run.as_of, time.min, tzinfo=UTC) if run.as_of else timezone.now()
        self.knowledge = Knowledge(self.mapping, self.source, observed_at)
        self.file: Source = open_source(path or _uploaded(run), run.file_name, self.mapping)
        self.rows = 0
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, list[dict]] = {}
        self.refused = RefusedRows()
        self.listed = Listed()

    def batches(self) -> Iterator[list[RowPlan]]:
        """Plans of at most `BATCH_ROWS` rows; where the file holds snapshots, of one day."""
        with no_search_for_cycles():
            for checked, ends_day in one_ahead(self._checked()):
                self.rows += len(checked)
                if self.mapping.snapshots:
                    self._turn_to_day_of(checked)
                plans = plan_batch(checked, self.knowledge)
                for plan in plans:
                    if plan.outcome == REFUSED:
                        self.refused.add(plan.record, plan.reason)
                self.listed.note(plans, ends_day=ends_day)
                yield plans

    def _checked(self) -> Iterator[tuple[list[Checked | RowPlan], bool]]:
        for batch, ends_day in self._record_batches():
            yield check_batch(batch, self.knowledge.vocabulary), ends_day

    def _record_batches(self) -> Iterator[tuple[list[Record], bool]]:
        if self.mapping.snapshots:
            yield from batches_by_day(self.file.records, BATCH_ROWS)
            return
        records = iter(self.file.records)
        while batch := list(islice(records, BATCH_ROWS)):
            yield batch, False

    def _turn_to_day_of(self, checked: list[Checked | RowPlan]) -> None:
        day = next((row.observed_on for row in checked if isinstance(row, Checked)), None)
        if day and self.listed.turn_to(start_of(day)):
            self.knowledge.begin_snapshot(start_of(day))

    def note(self, plans: list[RowPlan]) -> None:
        self.counts.update(counts_of(plans))
        for plan in plans:
            shown = self.examples.setdefault(plan.outcome, [])
            if len(shown) < EXAMPLES_OF_EACH:
                shown.append(_example(plan))

    def preview(self) -> dict:
        return {"counts": dict(self.counts), "examples": self.examples, "unused": self.file.unused}


def counts_of(plans: list[RowPlan]) -> Counter[str]:
    """Rows by outcome, and what they make."""
    outcomes = [plan.outcome for plan in plans]
    counts = Counter({outcome: outcomes.count(outcome) for outcome in (NEW, CHANGED, UNCHANGED, REFUSED)})
    counts["new_partners"] = sum(plan.is_new_partner for plan in plans)
    counts["new_enrolments"] = sum(plan.is_new_enrolment for plan in plans)
    counts["new_contacts"] = sum(plan.is_new_contact for plan in plans)
    rows = Counter(row.kind.key for plan in plans for row in plan.rows)
    counts.update({kind.key: rows[kind.key] for kind in KINDS})
    counts["facts"] = sum(len(plan.facts) + len(plan.contact_facts) for plan in plans)
    return counts


def source_of(run: ImportRun) -> str:
    """How the ledger names this file: with its day, where that is known."""
    name = run.file_name[-180:]
    return f"{name}, {run.as_of.isoformat()}" if run.as_of else name


def _example(plan: RowPlan) -> dict:
    enters = _("enters %(programme)s") % {"programme": plan.programme} if plan.is_new_enrolment and plan.programme else ""
    what = plan.reason or ", ".join(plan.changes) or enters
    return {"row": plan.record.number, "name": plan.record.name[:120], "what": what}


def _uploaded(run: ImportRun) -> Path:
    if not run.file:
        raise Refused(_("The file is no longer here. Upload it again."))
    return Path(run.file.path)
