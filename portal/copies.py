"""Everything that is held, to take along: one ZIP with JSON for machines and a CSV for each kind, written row by row."""

import csv
import json
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from activity.csv_files import safe_cell
from partners.actions.data_copies import fail_copy, keep_copy
from partners.models import Contact, DataCopy
from partners.personal_data import erasers, person_behind
from portal.queries.holdings import Holding, holdings_of

log = structlog.get_logger(__name__)

KEPT_IN_MEMORY = 2 * 1024 * 1024


def copy_for(contact: Contact, *, reader) -> tempfile.SpooledTemporaryFile:
    """The file, at its start. It leaves memory for the disk where it grows, and is gone once it is closed."""
    file = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)  # noqa: SIM115 - the response closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in _kinds(contact, reader):
            _write_kind(archive, name, rows)
        about = {"partner": contact.partner.name, "contact": contact.name, "made": timezone.now()}
        archive.writestr("about.json", json.dumps(about, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
    file.seek(0)
    return file


def make_copy(copy: DataCopy) -> None:
    """Keep the file with the row that asked for it."""
    try:
        with copy_for(copy.contact, reader=copy.asked_by) as file:
            keep_copy(copy, file)
    except Exception:
        log.exception("A copy of what is held could not be made", copy=copy.pk)
        fail_copy(copy)


def _kinds(contact: Contact, reader) -> Iterator[tuple[str, Iterable[dict]]]:
    person = person_behind(contact)
    for eraser in erasers():
        yield f"you/{_file_name(eraser.label)}", eraser.find(person)
    holdings = holdings_of(contact, reader=reader, is_whole=True)
    yield "organisation/values", (_value(holding) for held in holdings.held for holding in held.holdings)
    yield (
        "organisation/uses",
        (
            {"data_point": held.point.key, "announcement": str(announcement), "sent": announcement.send_at}
            for held in holdings.held
            for announcement in held.announcements
        ),
    )
    yield (
        "organisation/accesses",
        (
            {"who": row.who, "days": row.days, "last": row.last, "how": ", ".join(row.ways), "purposes": row.purposes}
            for row in holdings.looked
        ),
    )


def _value(holding: Holding) -> dict:
    return {
        "data_point": holding.point.key, "label": holding.point.label, "value": holding.value, "unit": holding.point.unit,
        "standing": str(holding.standing), "stale": holding.is_stale, "confidence": holding.confidence.level,
        "source": holding.source, "method": str(holding.method),
        "observed": holding.observed_at, "recorded": holding.recorded_at, "evidence": holding.evidence,
        "purpose": holding.point.purpose,
    }  # fmt: skip


def _write_kind(archive: zipfile.ZipFile, name: str, rows: Iterable[dict]) -> None:
    """Both forms at once would need two open entries, so the lines of the CSV wait on the disk."""
    with tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY, mode="w+", newline="", encoding="utf-8") as lines:
        writer = None
        with archive.open(f"{name}.json", "w") as out:
            out.write(b"[")
            for row in rows:
                out.write(b"\n" if writer is None else b",\n")
                writer = writer or _begun(lines, row)
                out.write(json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False).encode())
                writer.writerow([safe_cell(_cell(value)) for value in row.values()])
            out.write(b"\n]\n")
        lines.seek(0)
        with archive.open(f"{name}.csv", "w") as out:
            for line in lines:
                out.write(line.encode())


def _begun(lines, row: dict):
    lines.write("\ufeff")
    writer = csv.writer(lines)
    writer.writerow(row)
    return writer


def _cell(value):
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder) if isinstance(value, dict) else value


def _file_name(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", label.lower())
