"""Django's `migrate`, which leaves the database of another version alone, and gives up where it would have to wait: a waiting ALTER
TABLE makes every reader behind it wait, too."""

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate
from django.db import OperationalError, connections
from psycopg2.errors import LockNotAvailable

from partnerhub.preparation import refuse_unknown_schema


class Command(Migrate):
    def handle(self, *args, **options):
        try:
            refuse_unknown_schema()
        except RuntimeError as error:
            raise CommandError(f"Nothing was migrated: {error}") from None
        seconds = settings.MIGRATION_LOCK_SECONDS
        connection = connections[options["database"]]
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = %s", [f"{seconds}s"])
        try:
            return super().handle(*args, **options)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            raise CommandError(
                f"A migration waited {seconds} s for a table that somebody is using, and gave up, so that nobody waits for it. "
                "The migrations before it are done, nothing is half done. Run it again in a quieter moment."
            ) from None
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")
