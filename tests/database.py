"""The suite's database: migrated once into a template, then copied for each process and after each transactional test.

Migrating takes ten seconds, copying a tenth of one. The migrated schema is kept in pytest's cache for as long as no
migration changes.
"""

import fcntl
import hashlib
import os
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase

from tests.servers import FOLDER, postgres_in

TEMPLATE = "migrated"


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    with django_db_blocker.unblock():
        make_template(kept=Path(request.config.cache.mkdir("database")) / f"{_fingerprint()}.sql")
        name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        _use(name)
        copy_template()
        TransactionTestCase._fixture_teardown = lambda self: copy_template()


def copy_template() -> None:
    """A fresh database under the name in use. Whoever is still connected to the old one is cut off."""
    name = connections["default"].settings_dict["NAME"]
    connections.close_all()
    postgres = postgres_in(Path(os.environ[FOLDER]))
    postgres.psql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    postgres.psql("postgres", f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")


def make_template(kept: Path) -> None:
    """Whichever process comes first makes it; the others wait."""
    folder = Path(os.environ[FOLDER])
    with open(folder / "template.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "template.made").exists():
            _restore(kept) if kept.exists() else _migrate(kept)
            (folder / "template.made").touch()


def _migrate(kept: Path) -> None:
    postgres = postgres_in(Path(os.environ[FOLDER]))
    postgres.create_database(TEMPLATE)
    _use(TEMPLATE)
    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()
    for old in kept.parent.glob("*.sql"):
        old.unlink(missing_ok=True)
    partial = kept.with_suffix(f".{os.getpid()}")
    partial.write_text(postgres.run("pg_dump", "-h", str(postgres.sockets), "-U", "postgres", TEMPLATE))
    partial.replace(kept)


def _restore(kept: Path) -> None:
    postgres = postgres_in(Path(os.environ[FOLDER]))
    postgres.create_database(TEMPLATE)
    postgres.run("psql", "-h", str(postgres.sockets), "-U", "postgres", "-d", TEMPLATE, "-q1", "-v", "ON_ERROR_STOP=1",
                 stdin=kept.read_text())  # fmt: skip


def _use(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = connections["default"].settings_dict["NAME"] = name


def _fingerprint() -> str:
    """Of everything that decides what `migrate` writes: the migrations, and the roles and words that follow them."""
    digest = hashlib.sha256(django.__version__.encode())
    folders = [Path(app.path) / "migrations" for app in apps.get_app_configs()]
    words = ("accounts/roles.py", "partners/actions/vocabulary.py", "context/actions/data_points.py")
    files = [*sorted(file for folder in folders for file in folder.glob("*.py")), *(settings.BASE_DIR / name for name in words)]
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]
