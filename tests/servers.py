"""Real servers for the suite: started once, before Django reads its settings, and shared by all of its processes."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from partnerhub.embedded import EmbeddedPostgres, EmbeddedValkey


def start() -> None:
    folder = Path(tempfile.mkdtemp(prefix="ph-test-"))
    folder.chmod(0o755)
    postgres = EmbeddedPostgres(folder, folder / "s", settings={"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"})
    valkey = EmbeddedValkey(folder, folder, durable=False)
    postgres.start()
    valkey.start()

    def stop() -> None:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    os.environ.update(
        TESTING="1",
        DATABASE_URL=postgres.url,
        REDIS_URL=valkey.url,
        EMAIL_URL="smtp://localhost:1",
        SECRET_KEY="only for tests",
        ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
        DATA_DIR=str(folder / "data"),
        DEMO="0",
    )


if "PYTEST_XDIST_WORKER" not in os.environ:
    start()
