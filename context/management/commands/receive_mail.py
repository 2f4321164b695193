"""Take one mail from standard input and note it: for a mail server's pipe. The recipients may be named as arguments.

Exits with 77 (no permission) where the sender is refused and with 65 (bad data) where nobody it went to is known, so that the
mail server tells the sender."""

import sys

from django.core.management.base import BaseCommand, CommandParser

from activity.refusals import NotAllowed, Refused
from context.actions.mail_notes import note_mail


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("recipients", nargs="*")

    def handle(self, *, recipients: list[str], **options) -> None:
        try:
            notes = note_mail(sys.stdin.buffer.read(), recipients)
        except Refused as refusal:
            self.stderr.write(str(refusal))
            sys.exit(77 if isinstance(refusal, NotAllowed) else 65)
        self.stdout.write(", ".join(note.partner.name for note in notes) or "Noted before.")
