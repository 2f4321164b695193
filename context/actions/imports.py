"""A file comes in: it is read and shown, a person says yes, and it is brought in by batches. The `ImportRun` row is the truth."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from email.utils import parseaddr
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from context.actions.data_points import install_data_points
from context.imports.applying import Words, apply_batch, record_leavers
from context.imports.mapping import Mapping
from context.imports.passes import Reading, counts_of
from context.imports.planning import RowPlan
from context.models import ImportRun
from context.queries.imports import mapping_named
from partners.actions.programmes import default_programme
from partners.copying import let_words_wait, sort_words_in
from partners.models import Contact, Partner, Programme, Tier

FORGET_UPLOADS_AFTER = timedelta(days=30)
_IMPORTS, _PREVIEWS = 5_021_985, 5_021_986  # names of locks
Progress = Callable[[int], None]


def create_import(file: File, *, by, mapping: str, as_of: date | None = None) -> ImportRun:
    """Take an uploaded file in; it is neither read nor served yet."""
    mapping_named(mapping)
    name = Path(file.name).name[-255:]
    if file.size > settings.IMPORT_MAX_BYTES:
        limit = {"limit": settings.IMPORT_MAX_BYTES // 1024 // 1024}
        sentence = _("The file is too large: at most %(limit)d MB are taken. Split it and feed in the parts.")
        raise Invalid(sentence % limit, field="file")
    run = ImportRun(mapping=mapping, file_name=name, by=by, as_of=as_of)
    run.file.save(f"{run.public_id}{Path(name).suffix.lower()}", file, save=False)
    run.save()
    return run


def preview_import(run: ImportRun, path: Path | None = None, mapping: Mapping | None = None) -> ImportRun:
    """Read the file and plan each row, writing nothing of it. What is wrong with the whole file is kept as `problem`."""
    with _alone(_PREVIEWS, run.pk) as is_ours:
        run.refresh_from_db()
        if is_ours and run.status == ImportRun.Status.CHECKING:
            return _preview(run, path, mapping)
        return run


def start_import(run: ImportRun, *, by) -> bool:
    """A person said yes. False when someone already had: a double click starts it once."""
    if run.status == ImportRun.Status.CHECKING:
        raise Refused(_("The file is still being read."))
    if run.status == ImportRun.Status.FAILED:
        raise Refused(run.problem)
    previewed = ImportRun.objects.filter(pk=run.pk, status=ImportRun.Status.PREVIEWED)
    started = previewed.update(status=ImportRun.Status.RUNNING, by=by)
    run.refresh_from_db()
    return bool(started)


def run_import(
    run: ImportRun, path: Path | None = None, mapping: Mapping | None = None, progress: Progress | None = None
) -> ImportRun:
    """Bring the file in. Safe to repeat: what was written before a crash is passed over, and the counts go on from there.
    One import runs at a time; when another one does, nothing happens, and the sweep comes again."""
    with _alone(_IMPORTS) as is_ours:
        run.refresh_from_db()
        if not is_ours or run.status != ImportRun.Status.RUNNING:
            return run
        try:
            _bring_in(run, path, mapping, progress or (lambda _rows: None))
        except Refused as refusal:
            return _fail(run, str(refusal))
        except OperationalError:  # the database was away for a moment: the sweep goes on where this ended
            raise
        except Exception:  # it would end the same way each time the sweep came by
            _fail(run, _("The import stopped at a fault of this portal, which is in its log. What was written stays."))
            raise
        return _finish(run)


def is_another_import_running() -> bool:
    with _alone(_IMPORTS) as is_ours:
        return not is_ours


def forget_old_uploads() -> int:
    """Files of previews that nobody took further, and refused rows that nobody mended, are deleted after a while."""
    old = ImportRun.objects.filter(created_at__lt=timezone.now() - FORGET_UPLOADS_AFTER).exclude(status=ImportRun.Status.RUNNING)
    runs = [run for run in old.exclude(file="", refused="") if run.file or run.refused]
    for run in runs:
        _delete_file(run.file)
        _delete_file(run.refused)
        run.save(update_fields=["file", "refused"])
    return len(runs)


def _preview(run: ImportRun, path: Path | None, mapping: Mapping | None) -> ImportRun:
    try:
        reading = Reading(run, path, mapping)
        for plans in reading.batches():
            reading.note(plans)
    except Refused as refusal:
        return _fail(run, str(refusal))
    run.preview = reading.preview()
    run.rows_total = reading.rows
    run.status = ImportRun.Status.PREVIEWED
    _keep_refused(run, reading)
    run.save()
    return run


def _bring_in(run: ImportRun, path: Path | None, mapping: Mapping | None, progress: Progress) -> None:
    install_data_points()  # an installation that was not migrated since may lack some
    _make_programmes(mapping or mapping_named(run.mapping))
    reading = Reading(run, path, mapping)
    words = Words()
    done_before = run.rows_done
    counts = Counter(run.counts)
    for plans in reading.batches():
        if reading.rows > done_before:
            _write(run, plans, reading, words, counts)
        progress(reading.rows)
    sort_words_in(Partner, Contact)
    _keep_refused(run, reading)


def _write(run: ImportRun, plans: list[RowPlan], reading: Reading, words: Words, counts: Counter) -> None:
    """The batch and its place in the count are one transaction, so that neither can be ahead of the other."""
    try:
        with transaction.atomic():
            let_words_wait()
            apply_batch(plans, words, source=reading.source, by=run.by)
            if reading.listed.is_whole:
                record_leavers(reading.listed, reading.mapping.snapshots, source=reading.source, by=run.by)
            counts.update(counts_of(plans))
            run.counts, run.rows_done, run.rows_total = dict(counts), reading.rows, max(run.rows_total, reading.rows)
            run.save(update_fields=["counts", "rows_done", "rows_total"])
    except IntegrityError as error:
        raise Refused(
            _("Someone changed the same partners while the import ran. What was written stays; start the import again.")
        ) from error


def _make_programmes(mapping: Mapping) -> None:
    """What the mapping names and is not there yet. The sender is the installation's until a manager says otherwise."""
    sender_name, sender_email = parseaddr(settings.DEFAULT_FROM_EMAIL)
    for key, spec in mapping.programmes.items():
        name = str(spec.get("name", key))
        made = {
            "name": name,
            "brand": str(spec.get("brand", name)),
            "sender_name": sender_name or name,
            "sender_email": sender_email,
        }
        programme, _created = Programme.objects.get_or_create(key=key, defaults=made)
        tiers = [
            Tier(programme=programme, key=tier, name=label, rank=rank)
            for rank, (tier, label) in enumerate(reversed(spec["tiers"].items()), start=1)
        ]
        Tier.objects.bulk_create(tiers, ignore_conflicts=True)
    if not mapping.programmes:
        default_programme()


def _finish(run: ImportRun) -> ImportRun:
    """The upload has served: refused rows lie in a file of their own, and nothing else of it is needed."""
    run.status = ImportRun.Status.DONE
    run.finished_at = timezone.now()
    _delete_file(run.file)
    run.save()
    words = {name: run.counts.get(name, 0) for name in ("new", "changed", "unchanged", "refused", "new_partners")}
    record_activity(
        "import.finished",
        _("%(file)s was imported: %(new)d rows new (%(new_partners)d partners), %(changed)d changed, %(unchanged)d unchanged, "
          "%(refused)d refused") % {**words, "file": run.file_name},
        by=run.by,
        subject=run,
        data=run.counts,
    )  # fmt: skip
    return run


def _fail(run: ImportRun, problem: str) -> ImportRun:
    run.status = ImportRun.Status.FAILED
    run.problem = problem
    run.finished_at = timezone.now()
    _delete_file(run.file)
    run.save()
    return run


def _keep_refused(run: ImportRun, reading: Reading) -> None:
    if run.refused:
        run.refused.delete(save=False)
    if reading.refused:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "refused.csv"
            reading.refused.write(path, reading.file.headers)
            with path.open("rb") as file:
                run.refused.save(f"{run.public_id}-refused.csv", File(file), save=False)


def _delete_file(file) -> None:
    if file:
        file.delete(save=False)


@contextmanager
def _alone(name: int, about: int = 0) -> Iterator[bool]:
    """Held by the database connection: a worker that is killed lets go of it, and the sweep takes the run up again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [name, about % 2**31])
        is_ours = cursor.fetchone()[0]
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [name, about % 2**31])
