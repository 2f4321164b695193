"""Take one mail from standard input that answers a conversation: for a mail server's pipe. The recipients of the envelope are its
arguments, or what Postfix puts into the environment.

Exits with 77 (no permission) where sender or address are refused and with 65 (bad data) where the mail says nothing, so that the
mail server tells the sender. What a machine wrote ends well and is answered by nobody."""

import os
import sys

from django.core.management.base import BaseCommand, CommandParser

from activity.refusals import NotAllowed, Refused
from communications.actions.mail_replies import take_reply


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("recipients", nargs="*")

    def handle(self, *, recipients: list[str], **options) -> None:
        named = [os.environ[name] for name in ("ORIGINAL_RECIPIENT", "RECIPIENT") if name in os.environ]
        try:
            message = take_reply(sys.stdin.buffer.read(), recipients or named)
        except Refused as refusal:
            self.stderr.write(str(refusal))
            sys.exit(os.EX_NOPERM if isinstance(refusal, NotAllowed) else os.EX_DATAERR)
        self.stdout.write(f"conversation {message.conversation_id}" if message else "Written by a machine: left alone.")
