"""Take deliveries and hits of long ago out of the database, into files; every sum of a report stays."""

from datetime import timedelta
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from activity.refusals import Refused
from communications.actions.archives import archive_thousand
from communications.queries.archives import thousands_with_rows

SHORTEST, LONGEST = 90, 36_500


class Command(BaseCommand):
    help = "Write the deliveries of announcements that are long over into gzipped CSV files, and take them out of the database."

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", type=Path, help="where the files go; it exists")
        parser.add_argument("--older-than", type=int, default=730, metavar="DAYS", help="since they expired (two years)")

    def handle(self, *, folder: Path, older_than: int, **options) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder. Make it first, where it is backed up.")
        if older_than < SHORTEST:
            raise CommandError(f"--older-than is at least {SHORTEST} days: people still follow links of what is younger.")
        if older_than > LONGEST:
            raise CommandError(f"--older-than is at most {LONGEST} days, a hundred years: nothing is older.")
        before = timezone.now() - timedelta(days=older_than)
        for first in thousands_with_rows():
            try:
                archive = archive_thousand(first, folder=folder, before=before)
            except Refused as refusal:
                self.stdout.write(f"{first}: kept. {refusal}")
            else:
                self.stdout.write(
                    f"{first}: {archive.deliveries} deliveries and {archive.events} hits are in {archive.name}-*.csv.gz."
                )
