"""What must be done before the first page: the schema, the static files, the demo. Each is skipped when it is done."""

import hashlib

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from partners.models import Programme

STAMP = "collected.sha256"


def schema_is_old() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> None:
    call_command("migrate", interactive=False, verbosity=0)


def static_is_old() -> bool:
    stamp = settings.STATIC_ROOT / STAMP
    return not stamp.exists() or stamp.read_text() != _static_fingerprint()


def note_static() -> None:
    (settings.STATIC_ROOT / STAMP).write_text(_static_fingerprint())


def demo_is_missing() -> bool:
    return settings.DEMO and not Programme.objects.exists()


def seed_demo() -> None:
    call_command("seed_demo")


def _static_fingerprint() -> str:
    """Of every file's name, size and age, which takes a twentieth of a second where reading them takes five."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = storage.path(path), storage.size(path), storage.get_modified_time(path).timestamp()
            digest.update(repr(facts).encode())
    return digest.hexdigest()
