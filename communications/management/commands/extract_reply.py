"""Print what the person wrote in a mail, without quotation and signature. FILE is a mail (.eml) or the plain text of one; - reads
standard input."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from communications.replies import reply_in_file


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")

    def handle(self, *, file: str, **options) -> None:
        try:
            content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        is_mail = True if file.lower().endswith((".eml", ".mail")) else None
        self.stdout.write(reply_in_file(content, is_mail=is_mail))
