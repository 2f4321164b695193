"""Take every mail that is sent to this port of the loopback, and keep the newest under DATA_DIR/mail."""

import asyncio

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from partnerhub.catch_all.server import serve
from partnerhub.catch_all.store import MailStore


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, required=True)

    def handle(self, *, port: int, **options) -> None:
        asyncio.run(serve(MailStore(settings.DATA_DIR / "mail"), port))
