"""Real servers for the suite: started once, before Django reads its settings, and shared by all of its processes.

Each process has its own database (tests/database.py) and its own numbered keyspace in Valkey.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from partnerhub.embedded import EmbeddedPostgres, EmbeddedValkey

QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "wal_level": "minimal", "max_wal_senders": "0",
         "max_wal_size": "128MB"}  # fmt: skip
MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3  # bytes free
FOLDER = "PARTNERHUB_TEST_SERVERS"


def postgres_in(folder: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(folder, folder / "s", log=folder / "postgres.log", settings=QUICK)


def valkey_in(folder: Path) -> EmbeddedValkey:
    return EmbeddedValkey(folder, folder, log=folder / "valkey.log", durable=False)


def start() -> None:
    folder = Path(tempfile.mkdtemp(prefix="ph-test-", dir=_in_memory()))
    folder.chmod(0o755)  # PostgreSQL runs as nobody when we are root
    postgres, valkey = postgres_in(folder), valkey_in(folder)
    postgres.start()
    valkey.start()

    def stop() -> None:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    os.environ[FOLDER] = str(folder)


def _in_memory() -> Path | None:
    """What nobody keeps need not go to a disk, where there is memory for it."""
    is_there = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if is_there else None


def point_settings_here() -> None:
    folder, worker = Path(os.environ[FOLDER]), os.environ.get("PYTEST_XDIST_WORKER", "")
    os.environ.update(
        TESTING="1",
        DATABASE_URL=postgres_in(folder).url_for("postgres"),
        REDIS_URL=f"{valkey_in(folder).url}?db={int(worker.removeprefix('gw') or 0)}",
        EMAIL_URL="smtp://localhost:1",
        SECRET_KEY="only for tests",
        ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
        DATA_DIR=str(folder / f"data{worker}"),
        DEMO="0",
    )


if "PYTEST_XDIST_WORKER" not in os.environ:
    start()
point_settings_here()
