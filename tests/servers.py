"""Real servers for the suite: started once, before Django reads its settings, and shared by all of its processes."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from partnerhub.embedded import EmbeddedPostgres, EmbeddedValkey

QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "wal_level": "minimal", "max_wal_senders": "0"}


def start() -> None:
    folder = Path(tempfile.mkdtemp(prefix="ph-test-"))
    postgres = EmbeddedPostgres(folder, folder / "s", log=folder / "postgres.log", settings=QUICK)
    valkey = EmbeddedValkey(folder, folder, log=folder / "valkey.log", durable=False)
    folder.chmod(0o755)  # PostgreSQL runs as nobody when we are root
    postgres.start()
    valkey.start()

    def stop() -> None:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    os.environ.update(
        TESTING="1",
        DATABASE_URL=postgres.url_for("postgres"),
        REDIS_URL=valkey.url,
        EMAIL_URL="smtp://localhost:1",
        SECRET_KEY="only for tests",
        ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
        DATA_DIR=str(folder / "data"),
        DEMO="0",
    )


if "PYTEST_XDIST_WORKER" not in os.environ:
    start()
