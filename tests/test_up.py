"""A real `up` in a folder of its own: it starts, keeps its programs running, and leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from partnerhub.running import any_free_port, is_running

WORKER = "celery -A partnerhub worker --queues celery"
PATIENCE = 600  # seconds until something will never come, on the busiest of machines
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]


class Up:
    """`manage.py up` with nothing in its environment but what is given."""

    def __init__(self, folder: Path, port: int):
        self.folder, self.port = folder, port
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environment = {**kept, "DATA_DIR": str(folder), "PORT": str(port), "DEMO": "0"}
        self.output = folder.parent / f"{folder.name}.out"

    def start(self) -> "Up":
        with open(self.output, "a") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"], env=self.environment, cwd=settings.BASE_DIR, stdout=output, stderr=output
            )
        return self

    def health(self) -> dict:
        try:
            with urllib.request.urlopen(f"http://localhost:{self.port}/health/ready", timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)
        except OSError:
            return {}

    def is_ready(self) -> bool:
        return self.health().get("status") == "ok"

    def said(self) -> str:
        return self.output.read_text()

    def programs(self) -> dict[int, str]:
        """Every process that has our folder in its environment or among its arguments, besides `up` itself."""
        return {pid: command for pid, command in _processes(str(self.folder)) if pid != self.process.pid}

    def pid_of(self, part: str) -> int:
        """The one that `up` itself started, none of that one's children; 0 while there is none."""
        return next((pid for pid, command in self.programs().items() if part in command and self._is_ours(pid)), 0)

    def _is_ours(self, pid: int) -> bool:
        try:
            return f"\nPPid:\t{self.process.pid}\n" in Path(f"/proc/{pid}/status").read_text()
        except OSError:  # it has just ended
            return False


@pytest.fixture
def up(tmp_path):
    up = Up(tmp_path / "data", any_free_port()).start()
    yield up
    up.process.kill()
    wait_for(lambda: not up.programs())


def wait_for(condition: Callable[[], bool], within: float = PATIENCE) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.1)


def test_it_starts_keeps_running_and_stops_clean(up):
    wait_for(up.is_ready)
    assert f"http://localhost:{up.port}" in up.said()
    wait_for(lambda: "Ctrl-C stops it" in up.said())

    killed = up.pid_of(WORKER)
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: "worker ended" in up.said() and up.pid_of(WORKER) not in (0, killed) and up.is_ready())

    up.process.send_signal(signal.SIGTERM)
    up.process.wait(PATIENCE)
    assert up.programs() == {}
    assert not is_running(up.folder)


def test_a_second_start_is_refused_with_a_sentence(up, tmp_path):
    wait_for(up.is_ready)

    same_folder = Up(up.folder, any_free_port())
    same_folder.output = tmp_path / "second.out"
    assert same_folder.start().process.wait(PATIENCE) == 1
    assert same_folder.said().startswith("PartnerHub cannot start: DATA_DIR is")

    same_port = Up(tmp_path / "other", up.port)
    assert same_port.start().process.wait(PATIENCE) == 1
    assert same_port.said().startswith("PartnerHub cannot start: PORT is")


def test_nothing_outlives_a_killed_start_and_the_data_is_kept(up):
    wait_for(up.is_ready)
    secret = (up.folder / "secret_key").read_text()

    up.process.kill()
    up.process.wait()
    wait_for(lambda: up.programs() == {})

    up.start()
    wait_for(up.is_ready)
    assert (up.folder / "secret_key").read_text() == secret


def test_a_second_start_brings_the_words_of_a_new_version(up):
    wait_for(lambda: "Ctrl-C stops it" in up.said())
    assert "Words of this version" not in up.said()
    for stamp in ("as it was", ""):
        up.process.send_signal(signal.SIGTERM)
        up.process.wait(PATIENCE)
        if not stamp:
            (up.folder / "words.sha256").write_text("of another version")
        before = up.said().count("Ctrl-C stops it")
        up.start()
        wait_for(lambda before=before: up.said().count("Ctrl-C stops it") > before)
        assert ("Words of this version" in up.said()) == (not stamp)


def _processes(mark: str):
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if mark in command or mark.encode() in (entry / "environ").read_bytes():
                yield int(entry.name), command
        except OSError:  # it has just ended, or is none of ours
            continue
