"""Judge kept hits by the rules of today: which ones a machine made."""

from collections import Counter
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from communications.actions.hits import classify_hits
from communications.models import Announcement


class Command(BaseCommand):
    help = "Judge every kept hit again, for example after the rules changed; with --check, only say what would change."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--announcement", type=UUID, help="the id of one announcement; without it, all of them")
        parser.add_argument("--check", action="store_true", help="change nothing")

    def handle(self, *, announcement: UUID | None, check: bool, **options) -> None:
        chosen = Announcement.objects.exclude(frozen_at=None)
        if announcement is not None:
            chosen = chosen.filter(public_id=announcement)
            if not chosen:
                raise CommandError(
                    f"No announcement that was sent has the id {announcement}; the address of its page ends with it."
                )
        changes: Counter[tuple[str, str]] = Counter()
        for row in chosen.iterator():
            changes.update(classify_hits(row, is_trial=check))
        for (before, after), count in sorted(changes.items()):
            self.stdout.write(f"{count} × {before or 'person'} → {after or 'person'}")
        would = "would be" if check else "are"
        self.stdout.write(f"{changes.total()} hits {would} taken for something else.")
