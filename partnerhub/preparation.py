"""What must be done before the first page: schema, built-in words, static files, the demo. Each is skipped when it is done."""

import hashlib
import shlex
from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from partners.models import Programme

STAMP, WORDS_STAMP = "collected.sha256", "words.sha256"


def refuse_unknown_schema() -> None:
    """Another version's tables cannot be brought to this one: nothing here says what was done to them."""
    loader = MigrationLoader(connection)
    ours = {app.label for app in _our_apps()}
    unknown = sorted(key for key in loader.applied_migrations if key[0] in ours and key not in loader.disk_migrations)
    if not unknown:
        return
    begin_again = (
        f"delete its folder (rm -rf {shlex.quote(str(settings.DATA_DIR))})"
        if settings.EMBEDDED
        else "name an empty one in DATABASE_URL"
    )
    raise RuntimeError(
        f"the database was made by another version, whose migrations are not in this one ({'.'.join(unknown[0])}, "
        f"{len(unknown)} in all). Start that version, or, where nothing in the database is needed, {begin_again} and start again."
    )


def schema_is_old() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    _note_words()


def words_are_old() -> bool:
    """A new version may bring data points, metrics, roles or permissions without a migration."""
    stamp = settings.DATA_DIR / WORDS_STAMP
    return not stamp.exists() or stamp.read_text() != _words_fingerprint()


def install_words() -> None:
    """What apps install after each migration."""
    emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
    _note_words()


def static_is_old() -> bool:
    stamp = settings.STATIC_ROOT / STAMP
    return not stamp.exists() or stamp.read_text() != _static_fingerprint()


def note_static() -> None:
    (settings.STATIC_ROOT / STAMP).write_text(_static_fingerprint())


def demo_is_missing() -> bool:
    return settings.DEMO and not Programme.objects.exists()


def seed_demo() -> None:
    call_command("seed_demo")


def _note_words() -> None:
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    (settings.DATA_DIR / WORDS_STAMP).write_text(_words_fingerprint())


def _words_fingerprint() -> str:
    """Of our own code's names, sizes and ages, and of the database that the words are in."""
    database = [connection.settings_dict[name] for name in ("HOST", "PORT", "NAME")]
    digest = hashlib.sha256(repr(database).encode())
    for app in _our_apps():
        for path in sorted(Path(app.path).rglob("*.py")):
            facts = path.stat()
            digest.update(repr((str(path), facts.st_size, facts.st_mtime)).encode())
    return digest.hexdigest()


def _our_apps() -> list[AppConfig]:
    return [
        app
        for app in apps.get_app_configs()
        if Path(app.path).is_relative_to(settings.BASE_DIR) and "site-packages" not in app.path
    ]


def _static_fingerprint() -> str:
    """Of every file's name, size and age, which takes a twentieth of a second where reading them takes five."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = storage.path(path), storage.size(path), storage.get_modified_time(path).timestamp()
            digest.update(repr(facts).encode())
    return digest.hexdigest()
