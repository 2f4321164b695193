"""Take one mail that came back from standard input: for a mail server's pipe. The recipients of the envelope are its arguments,
or what Postfix puts into the environment.

Ends well once the mail is read, so that a mail server never answers a bounce with a bounce; or, where the report was quicker than
our own record of the mail, with the status that has the mail server try again."""

import os
import sys

from django.core.management.base import BaseCommand, CommandError, CommandParser

from communications.actions.bounces import StillBeingSentError, take_bounce


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("recipients", nargs="*")

    def handle(self, *, recipients: list[str], **options) -> None:
        named = [os.environ[name] for name in ("ORIGINAL_RECIPIENT", "RECIPIENT") if name in os.environ]
        try:
            bounce, delivery = take_bounce(sys.stdin.buffer.read(), recipients or named)
        except StillBeingSentError:
            raise CommandError("This mail is still being sent; try again.", returncode=os.EX_TEMPFAIL) from None
        about = f"announcement {delivery.announcement_id}, contact {delivery.contact_id}" if delivery else "no delivery of ours"
        self.stdout.write(f"{bounce.severity} {bounce.status}: {about}")
