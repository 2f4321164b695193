"""Hold the counters of reports against the rows they count, and write wrong ones anew; or only look."""

from django.core.management.base import BaseCommand, CommandError

from communications.actions.counters import check_counters
from communications.models import Announcement


class Command(BaseCommand):
    help = "Compare the counters that reports read with deliveries and touches, and mend them; with --check, only compare."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 where a counter is wrong")

    def handle(self, *, check: bool, **options) -> None:
        announcements = Announcement.objects.with_rows()
        drifts = {announcement: check_counters(announcement, mend=not check) for announcement in announcements.iterator()}
        wrong = sum(drift.differences for drift in drifts.values())
        if wrong and check:
            example = next(announcement for announcement, drift in drifts.items() if drift.differences)
            raise CommandError(
                f"{wrong} counters differ from their rows, for example of “{example}”. "
                "Run reconcile_counters without --check to mend them."
            )
        mended = f"; {wrong} were wrong and are mended" if wrong else ", drift 0"
        self.stdout.write(f"The counters of {len(drifts)} announcements were held against their rows{mended}.")
