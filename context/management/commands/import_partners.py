"""Bring partners in from a file: preview, import, result."""

import sys
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from activity.refusals import Refused
from context.actions.imports import is_another_import_running, preview_import, run_import, start_import
from context.imports.mapping import Mapping, compile_mapping, read_spec
from context.models import ImportRun
from context.queries.imports import mapping_named

_OUTCOMES = ("new", "changed", "unchanged", "refused")
_SHOWN_REFUSALS = 20
_BAR = 32


class Command(BaseCommand):
    help = "Import partners from a CSV, XLSX, JSON or YAML file. docs/importing.md describes mappings."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", default="partners", help="the name of a mapping, or a file with one")
        parser.add_argument("--as-of", type=date.fromisoformat, help="the day that the file describes, such as 2023-12-31")
        parser.add_argument("--dry-run", action="store_true", help="only show what would happen")
        parser.add_argument(
            "--refused", type=Path, metavar="OUT.csv", help="write refused rows here, to be mended and fed in again"
        )

    def handle(self, *, file: Path, mapping: str, as_of: date | None, dry_run: bool, refused: Path | None, **options) -> None:
        try:
            plan = _mapping(mapping)
            run = ImportRun.objects.create(mapping=plan.key, file_name=file.name, as_of=as_of)
            self._preview(run, file, plan)
            if dry_run:
                self._write_refused(run, refused)
                run.delete()
                return
            self._import(run, file, plan)
            self._write_refused(run, refused)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None

    def _preview(self, run: ImportRun, file: Path, plan: Mapping) -> None:
        preview_import(run, file, plan)
        self._stop_if_failed(run)
        self.stdout.write(f"{file.name}: {run.rows_total} rows")
        self.stdout.write(_table(run.preview["counts"]))
        if run.preview["unused"]:
            self.stdout.write(f"Columns not used: {', '.join(run.preview['unused'])}")
        for example in run.preview["examples"].get("refused", [])[:_SHOWN_REFUSALS]:
            self.stdout.write(f"  row {example['row']}, {example['name'] or 'no name'}: {example['what']}")

    def _import(self, run: ImportRun, file: Path, plan: Mapping) -> None:
        if is_another_import_running():
            run.delete()
            raise CommandError("Another import is running. Start this one when it has finished.")
        start_import(run, by=None)
        run_import(run, file, plan, progress=self._progress(run.rows_total))
        self._stop_if_failed(run)
        counts = run.counts
        self.stdout.write(
            f"Done: {counts.get('new_partners', 0)} partners and {counts.get('new_enrolments', 0)} enrolments new, "
            f"{counts.get('changed', 0)} rows changed, {counts.get('unchanged', 0)} unchanged, {counts.get('refused', 0)} refused."
        )

    def _progress(self, total: int):
        is_terminal = sys.stderr.isatty()

        def show(rows: int) -> None:
            filled = _BAR * rows // max(total, 1)
            line = f"[{'#' * filled}{'.' * (_BAR - filled)}] {rows}/{total}"
            self.stderr.write(f"\r{line}" if is_terminal else line, ending="" if is_terminal and rows < total else "\n")

        return show

    def _write_refused(self, run: ImportRun, out: Path | None) -> None:
        if run.refused and out:
            with run.refused.open("rb") as kept:
                out.write_bytes(kept.read())
            self.stdout.write(f"Refused rows are in {out}: mend them and feed that file in again.")
        if run.refused and (out or run.status != ImportRun.Status.DONE):
            run.refused.delete(save=out is not None and run.status == ImportRun.Status.DONE)

    def _stop_if_failed(self, run: ImportRun) -> None:
        if run.status == ImportRun.Status.FAILED:
            raise CommandError(run.problem)


def _mapping(name: str) -> Mapping:
    path = Path(name)
    return compile_mapping(path.stem[:60], read_spec(path)) if path.is_file() else mapping_named(name)


def _table(counts: dict[str, int]) -> str:
    return "\n".join(f"  {outcome:<10} {counts.get(outcome, 0):>8}" for outcome in _OUTCOMES)
