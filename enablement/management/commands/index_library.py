"""Take a folder of Markdown, HTML and PDF files into the library of a programme, for everybody in it."""

from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from enablement.actions.folders import take_folder
from partners.models import Programme
from search.actions.indexing import embed_waiting

AT_ONCE = 64


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", type=Path, metavar="DIR", help="it is read with the folders in it; links out of it are refused"
        )
        parser.add_argument("--programme", required=True, metavar="NAME", help="the key or the name of a programme")

    def handle(self, *, folder: Path, programme: str, **options) -> None:
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}. Name one that holds Markdown, HTML or PDF files.")
        counts: Counter[str] = Counter()
        for taken in take_folder(folder, _programme(programme)):
            counts[taken.outcome] += 1
            self.stdout.write(f"{'refused: ' if taken.outcome == 'refused' else ''}{taken.path}: {taken.sentence}")
        while embed_waiting(AT_ONCE):
            pass
        sentence = (
            f"{counts['new']} new, {counts['changed']} changed, {counts['same']} unchanged, {counts['refused']} refused; "
            "what was taken can be found and asked about now."
        )
        if not counts.total() - counts["refused"]:
            raise CommandError(f"Nothing could be taken from {folder}: {counts['refused']} files were refused.")
        self.stdout.write(sentence)


def _programme(name: str) -> Programme:
    exact = Programme.objects.filter(Q(key=name) | Q(name=name)).order_by("pk")
    found = list(exact[:2]) or list(Programme.objects.filter(Q(key__iexact=name) | Q(name__iexact=name)).order_by("pk")[:2])
    found = found or list(Programme.objects.filter(brand__iexact=name).order_by("pk")[:2])
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{row.key} (“{row.name}”)" for row in Programme.objects.order_by("name")) or "none yet"
    problem = f"Two programmes are called “{name}”; name one by its key" if found else f"There is no programme “{name}”"
    raise CommandError(f"{problem}. Known are: {known}.")
