"""python manage.py rebuild_search: make the index of search anew, and read what everything means."""

from django.core.management.base import BaseCommand

from search.actions.indexing import embed_waiting
from search.actions.rebuilding import rebuild_index

AT_ONCE = 64


class Command(BaseCommand):
    help = "Tell the index of search everything again: after a restore, or after rows were written by other means."

    def handle(self, *args, **options):
        rebuilt = rebuild_index()
        for kind, count in rebuilt.counts.items():
            self.stdout.write(f"{kind}: {count}")
        self.stdout.write(f"forgotten: {rebuilt.forgotten}")
        read = 0
        while done := embed_waiting(AT_ONCE):
            read += done
        self.stdout.write(f"passages whose meaning was read: {read}")
