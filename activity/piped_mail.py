"""A command that a mail server's pipe hands one mail to."""

import os
import sys

from django.core.management.base import BaseCommand, CommandParser


class PipedMail(BaseCommand):
    """The mail is read from standard input. The recipients of its envelope are arguments, or what Postfix puts into the
    environment. How the command exits is told by the mail server to whoever sent the mail."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("recipients", nargs="*")

    def handle(self, *, recipients: list[str], **options) -> None:
        named = [os.environ[name] for name in ("ORIGINAL_RECIPIENT", "RECIPIENT") if name in os.environ]
        self.take(sys.stdin.buffer.read(), recipients or named)

    def take(self, mail: bytes, recipients: list[str]) -> None:
        raise NotImplementedError
