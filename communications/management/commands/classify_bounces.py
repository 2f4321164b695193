"""Tell for each mail in a folder whether it is a bounce, whom it was for, and why it came back. Changes nothing."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from communications.bounces import Bounce, Severity, read_bounce


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--json", action="store_true", help="one list of objects instead of lines")

    def handle(self, *, folder: Path, **options) -> None:
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}. Name one that holds mails, one in each file.")
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        found = [_entry(str(path.relative_to(folder)), read_bounce(path.read_bytes())) for path in files]
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
            return
        for entry in found:
            kind = Severity.COMPLAINT if entry["is_complaint"] else entry["kind"]
            self.stdout.write(f"{entry['file']}: {kind} {entry['status']} {', '.join(entry['recipients'])}".rstrip())


def _entry(name: str, bounce: Bounce) -> dict:
    """`kind` is hard, soft or not a bounce: what is complained of did arrive."""
    is_complaint = bounce.severity == Severity.COMPLAINT
    return {
        "file": name,
        "kind": str(Severity.NONE if is_complaint else bounce.severity),
        "is_complaint": is_complaint,
        "recipients": list(bounce.recipients),
        "status": bounce.status,
        "reason": bounce.reason,
        "is_final": bounce.is_final,
    }
