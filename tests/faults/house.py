"""A running PartnerHub for drills to break: PostgreSQL, Valkey, web, worker, clerk and beat as `up` starts them, in a folder
of its own."""

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import redis
from django.conf import settings
from django.db import connections
from django.test import override_settings

from partnerhub import programs
from partnerhub.embedded import EmbeddedPostgres, EmbeddedValkey
from partnerhub.embedded.process import spawn
from partnerhub.running import any_free_port
from tests.faults.mail_servers import CountingSink
from tests.servers import QUICK
from tests.smtp_sink import Sink, start_sink

DATABASE, TEMPLATE = "partnerhub", "untouched"
PROGRAMS = ("web", "worker", "clerk", "beat")
PATIENCE = 600  # seconds until something will never come, on the busiest of machines
MAIL_TIMEOUT = 8  # longer than a mail server in the next process ever takes on a busy machine


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE, what: str = "what was waited for") -> float:
    """How long it took until `condition` held."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"After {seconds:g} s: not yet {what}."
        time.sleep(0.02)
    return time.monotonic() - began


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    seconds: float
    headers: dict[str, str]


class House:
    def __init__(self, schema: Path):
        self.folder = Path(tempfile.mkdtemp(prefix="ph-faults-"))
        self.folder.chmod(0o755)  # PostgreSQL runs as nobody when we are root
        self.schema = schema
        self.port, self.mail_port = any_free_port(), any_free_port()
        self.postgres = EmbeddedPostgres(self.folder, self.folder / "s", log=self.log("postgres"), settings=QUICK)
        self.valkey = EmbeddedValkey(self.folder, self.folder, log=self.log("valkey"), durable=False)
        self.running: dict[str, subprocess.Popen] = {}

    # --- Its parts

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.postgres.url_for(DATABASE),
            "REDIS_URL": self.valkey.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "EMAIL_TIMEOUT": str(MAIL_TIMEOUT),
            "DATA_DIR": str(self.data),
            "PORT": str(self.port),
            "METRICS_TOKEN": "drill",
            "LOG_LEVEL": "INFO",
        }

    def build(self) -> None:
        self.postgres.start()
        self.valkey.start()
        self.postgres.create_database(TEMPLATE)
        arguments = ["-h", str(self.postgres.sockets), "-U", "postgres", "-d", TEMPLATE, "-q1", "-v", "ON_ERROR_STOP=1"]
        self.postgres.run("psql", *arguments, stdin=self.schema.read_text())

    def tear_down(self) -> None:
        for name in list(self.running):
            self.kill(name)
        self.valkey.stop()
        self.postgres.stop()
        if not os.environ.get("KEEP_HOUSE"):
            shutil.rmtree(self.folder, ignore_errors=True)

    @contextlib.contextmanager
    def as_database(self) -> Iterator[None]:
        """The ORM of this process works on this house's database."""
        ours = connections.settings["default"]
        kept = {name: ours[name] for name in ("HOST", "NAME", "USER")}
        connections.close_all()
        ours.update(HOST=str(self.postgres.sockets), NAME=DATABASE, USER="postgres")
        try:
            yield
        finally:
            connections.close_all()
            ours.update(kept)

    def make_ready(self) -> None:
        """As after a first start: empty, and everything runs."""
        for name in set(self.running) - set(PROGRAMS):
            self.kill(name)
        if self.postgres.process.poll() is not None:
            self.postgres.start()
        if self.valkey.process.poll() is not None:
            self.valkey.start()
        connections.close_all()
        self.postgres.psql("postgres", f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        self.postgres.psql("postgres", f"CREATE DATABASE {DATABASE} TEMPLATE {TEMPLATE}")
        self.redis.config_set("maxmemory", 0)
        self.redis.flushall()
        for name in PROGRAMS:
            self.start(name)
        wait_until(lambda: self.get("/health/ready").status == 200, what="all parts of the house are well")

    # --- Programs

    def start(self, name: str, *, like: str = "", wrapper: list[str] | None = None, **environment: str) -> subprocess.Popen:
        """A program as `up` starts it; `like` names what it is where its own name is another."""
        if self.is_running(name):
            return self.running[name]
        with override_settings(DATA_DIR=self.data / name, PORT=int(environment.get("PORT", self.port))):
            command = getattr(programs, like or name)().command
        (self.data / name).mkdir(parents=True, exist_ok=True)
        environment = {**self.environment(), **environment}
        self.running[name] = spawn([*(wrapper or []), *command], log=self.log(name), end_with=signal.SIGKILL,
                                   cwd=settings.BASE_DIR, env=environment)  # fmt: skip
        return self.running[name]

    def start_what_ended(self) -> None:
        """As the supervisor does of `up`, or Docker: Celery's worker ends by itself when its broker goes in the wrong moment."""
        for name in ("worker", "clerk", "beat"):
            if name in self.running:
                self.start(name)

    def is_running(self, name: str) -> bool:
        return name in self.running and self.running[name].poll() is None

    def children_of(self, name: str) -> list[int]:
        pid = self.running[name].pid
        with contextlib.suppress(FileNotFoundError):
            return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []

    def kill(self, name: str) -> None:
        """`kill -9` of a program and everything it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running[name].pid, signal.SIGKILL)
        self.running.pop(name).wait()

    def kill_a_child(self, name: str, at: int = 0) -> int | None:
        children = self.children_of(name)
        if not children:
            return None
        with contextlib.suppress(ProcessLookupError):
            os.kill(children[at % len(children)], signal.SIGKILL)
        return children[at % len(children)]

    def manage(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "manage.py", *arguments]
        environment = {**self.environment(), **environment}
        return subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=300)

    @property
    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.valkey.url, decode_responses=True)

    # --- Seen from outside

    def port_of_relay(self) -> int:
        return any_free_port()

    def get(self, path: str, *, cookie: str = "", headers: dict | None = None, port: int = 0) -> Answer:
        return self.ask("GET", path, headers={**(headers or {}), **({"Cookie": cookie} if cookie else {})}, port=port)

    def ask(self, method: str, path: str, *, body: bytes | None = None, headers: dict | None = None, port: int = 0) -> Answer:
        """Status 0 where nobody answers."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=30)
        try:
            connection.request(method, path, body=body, headers={"Host": "localhost", **(headers or {})})
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            return Answer(answer.status, text, time.monotonic() - began, dict(answer.getheaders()))
        except (OSError, http.client.HTTPException):
            return Answer(0, "", time.monotonic() - began, {})
        finally:
            connection.close()

    @contextlib.contextmanager
    def sink(self) -> Iterator[Sink]:
        """The mail server that this house sends to, which can be told to be difficult."""
        sink, controller = start_sink(self.mail_port)
        try:
            yield sink
        finally:
            controller.stop()

    @contextlib.contextmanager
    def counting_sink(self, *, port: int = 0, pause: float = 0) -> Iterator[CountingSink]:
        """A quick one that writes down every recipient, in a process of its own."""
        sink = CountingSink(port or self.mail_port, self.folder / "recipients.log", pause=pause)
        sink.start()
        try:
            yield sink
        finally:
            sink.stop()
