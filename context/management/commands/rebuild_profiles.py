"""Write every profile row anew from the ledger, or only see whether that would change anything."""

import sys

from django.core.management.base import BaseCommand, CommandError

from context.actions.profiles import rebuild_profiles
from context.actions.waiting import rewrite_all_waiting
from context.queries.profiles import profiles_that_differ
from context.queries.waiting import partners_waiting_wrongly
from partners.actions.headcounts import recount_people
from partners.models import Partner
from partners.queries.headcounts import partners_counted_wrongly


class Command(BaseCommand):
    help = "Rebuild profiles, headcounts and what waits for a decision; with --check, only say whether they are right."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 where a row differs from the ledger")

    def handle(self, *, check: bool, **options) -> None:
        count = Partner.objects.count()
        if not check:
            changed = rebuild_profiles(progress=self._progress(count))
            self.stdout.write(f"{count} profiles rebuilt from the ledger, {changed} of them changed.")
            self.stdout.write(f"What waits for a decision was kept wrongly of {rewrite_all_waiting()} partners.")
            self.stdout.write(f"People counted anew; the count was wrong for {recount_people()} partners.")
            return
        differing = profiles_that_differ(progress=self._progress(count))
        if differing:
            raise CommandError(
                f"{len(differing)} of {count} profiles differ from the ledger, for example partner {differing[0]}. "
                "Run rebuild_profiles without --check to mend them."
            )
        if wrong := partners_counted_wrongly():
            raise CommandError(
                f"The people of {wrong} partners are counted wrongly. Run rebuild_profiles without --check to mend it."
            )
        if wrong := partners_waiting_wrongly():
            raise CommandError(
                f"What waits for a decision is kept wrongly of {wrong} partners. Run rebuild_profiles without --check to mend it."
            )
        self.stdout.write(f"{count} profiles agree with the ledger, and headcounts with the contacts.")

    def _progress(self, total: int):
        def show(done: int) -> None:
            if sys.stderr.isatty():
                self.stderr.write(f"\r{done}/{total}", ending="" if done < total else "\n")

        return show
