"""Take one mail from standard input that answers an invitation: for a mail server's pipe. The recipients of the envelope are its
arguments, or what Postfix puts into the environment.

Exits with 77 (no permission) where it is not the sender's to answer, and with 65 (bad data) where it is no answer or comes too
late, with a sentence that the mail server tells the sender."""

import os
import sys

from django.core.management.base import BaseCommand, CommandParser

from activity.refusals import NotAllowed, Refused
from collaboration.actions.replies import take_reply


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("recipients", nargs="*")

    def handle(self, *, recipients: list[str], **options) -> None:
        named = [os.environ[name] for name in ("ORIGINAL_RECIPIENT", "RECIPIENT") if name in os.environ]
        try:
            invitee = take_reply(sys.stdin.buffer.read(), recipients or named)
        except Refused as refusal:
            self.stderr.write(str(refusal))
            sys.exit(77 if isinstance(refusal, NotAllowed) else 65)
        self.stdout.write(f"{invitee.contact}: {invitee.get_answer_display()}")
