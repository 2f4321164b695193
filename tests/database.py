"""The suite's database: migrated once into a template, copied for each process, and put back after each transactional test.

Migrating takes five to ten seconds, copying half of one, putting back a tenth of that. The migrated schema is kept in pytest's
cache: as it is for as long as no migration changes, and where some were added, as what these are applied to.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.test import TransactionTestCase

from communications.actions.audiences import ensure_partition
from tests.servers import FOLDER, postgres_in

TEMPLATE = "migrated"
WORDS = ("accounts/roles.py", "partners/actions/vocabulary.py", "context/actions/data_points.py", "context/actions/metrics.py")

# Rows are noted in a schema of their own, those of migrations in `untouched`, together with the names of the tables and how
# far each count of ids has come.
UNTOUCHED = """
CREATE SCHEMA untouched;
CREATE TABLE untouched.names AS SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r';
CREATE TABLE untouched.counts AS SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public';
"""
NOTE = """
DO $$
DECLARE name text; is_filled boolean; besides text; found int;
BEGIN
    CREATE SCHEMA IF NOT EXISTS {schema};
    FOR name IN SELECT relname FROM untouched.names LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO is_filled;
        CONTINUE WHEN NOT is_filled;
        besides := CASE WHEN to_regclass(format('untouched.%I', name)) IS NOT NULL THEN 'EXCEPT TABLE untouched.%1$I' ELSE '' END;
        EXECUTE format('CREATE TABLE {schema}.%1$I AS TABLE public.%1$I ' || besides, name);
        GET DIAGNOSTICS found = ROW_COUNT;
        IF found = 0 THEN
            EXECUTE format('DROP TABLE {schema}.%I', name);
        END IF;
    END LOOP;
END $$
"""
IDS_STAY_TAKEN = """
UPDATE untouched.counts SET last_value = now.last_value FROM pg_sequences now WHERE now.sequencename = counts.sequencename
"""
PUT_BACK = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;  -- neither triggers nor foreign keys
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
        IF NOT EXISTS (SELECT FROM untouched.names WHERE relname = name) THEN
            EXECUTE format('DROP TABLE public.%I', name);
            CONTINUE;
        END IF;
        EXECUTE format('DELETE FROM public.%I', name);
        IF to_regclass(format('untouched.%I', name)) IS NOT NULL THEN
            EXECUTE format('INSERT INTO public.%I TABLE untouched.%I', name, name);
        END IF;
    END LOOP;
    PERFORM setval(format('public.%I', sequencename)::regclass, coalesce(last_value, 1), last_value IS NOT NULL)
    FROM untouched.counts;
END $$
"""


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    with django_db_blocker.unblock():
        make_template(Path(request.config.cache.mkdir("database")))
        name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        _use(name)
        postgres_in(Path(os.environ[FOLDER])).psql("postgres", f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        ensure_partition(1)  # as after the first announcement that ever went out
        _run(UNTOUCHED + NOTE.format(schema="untouched"))
        TransactionTestCase._fixture_teardown = lambda self: put_back()


@contextmanager
def back_again() -> Iterator[None]:
    """Nothing of it stays: one example of many in the same test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def put_back() -> None:
    """The rows, the counting of ids and the tables as migrations left them. Whoever is still connected is cut off."""
    connections.close_all()
    _run(PUT_BACK)


def take_out(schema: str) -> str:
    """Note all rows besides those of migrations, and put the database back. Returns the statements that write them again: in
    one go, and as they were, so that nothing is triggered."""
    _run(NOTE.format(schema=schema))
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        rows = [f'INSERT INTO public."{name}" TABLE {schema}."{name}";' for (name,) in cursor.fetchall()]
        cursor.execute(IDS_STAY_TAKEN)
    put_back()
    return f"SET LOCAL session_replication_role = replica; {' '.join(rows)} SET LOCAL session_replication_role = DEFAULT"


def _run(statements: str) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(statements)
    connections.close_all()


def make_template(cache: Path) -> Path:
    """Whichever process comes first makes it; the others wait. Returns the statements that write the migrated schema."""
    folder = Path(os.environ[FOLDER])
    with open(folder / "template.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = folder / "template.made"
        if not made.exists():
            made.write_text(str(_make(cache, _decisive_files())))
        return Path(made.read_text())


def _make(cache: Path, files: dict[str, str]) -> Path:
    kept = next((old for old in _kept(cache) if _migrations(json.loads(old.read_text())) <= _migrations(files)), None)
    postgres_in(Path(os.environ[FOLDER])).create_database(TEMPLATE)
    if kept:
        _restore(kept.with_suffix(".sql"))
        if json.loads(kept.read_text()) == files:
            return kept.with_suffix(".sql")
    _use(TEMPLATE)
    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()
    return _keep(cache, files)


def _kept(cache: Path) -> list[Path]:
    """What earlier schemas were made of, the latest first."""
    whole = (file for file in cache.glob("*.json") if file.with_suffix(".sql").exists())
    return sorted(whole, key=lambda file: file.stat().st_mtime, reverse=True)


def _keep(cache: Path, files: dict[str, str]) -> Path:
    """Whole, or not at all: the list of its files comes last."""
    postgres = postgres_in(Path(os.environ[FOLDER]))
    for old in _kept(cache)[2:]:
        for file in (old, old.with_suffix(".sql")):
            file.unlink(missing_ok=True)
    schema, partial = cache / f"{uuid4().hex}.sql", cache / f"{os.getpid()}.partial"
    schema.write_text(postgres.run("pg_dump", "-h", str(postgres.sockets), "-U", "postgres", TEMPLATE))
    partial.write_text(json.dumps(files))
    partial.replace(schema.with_suffix(".json"))
    return schema


def _restore(kept: Path) -> None:
    postgres = postgres_in(Path(os.environ[FOLDER]))
    postgres.run("psql", "-h", str(postgres.sockets), "-U", "postgres", "-d", TEMPLATE, "-q1", "-v", "ON_ERROR_STOP=1",
                 stdin=kept.read_text())  # fmt: skip


def _use(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = connections["default"].settings_dict["NAME"] = name


def _decisive_files() -> dict[str, str]:
    """The digest of each file that decides what `migrate` writes: the migrations, and the roles and words that follow them."""
    folders = [Path(app.path) / "migrations" for app in apps.get_app_configs()]
    files = {f"{folder.parent.name}/{file.name}": file for folder in folders for file in folder.glob("*.py")}
    files |= {name: settings.BASE_DIR / name for name in WORDS}
    digests = {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items()}
    return {"django": django.__version__, **digests}


def _migrations(files: dict[str, str]) -> set[tuple[str, str]]:
    """Without the roles and words: each run of `migrate` writes those anew."""
    return {(name, digest) for name, digest in files.items() if name not in WORDS}
