"""Keeps programs running: starts them in order, starts again what died, stops them in the opposite order."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from partnerhub.embedded.process import ask, end, spawn

LOOK_EVERY_SECONDS = 0.3
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30
# What lived this long was well; its next death is a first one again.
WELL_AFTER_SECONDS = 60
PATIENCE_SECONDS = 5


class Server(Protocol):
    name: str
    log: Path
    process: subprocess.Popen | None

    def start(self) -> None: ...

    def stop(self) -> None: ...


class Program:
    """A command of ours with its output in a log."""

    def __init__(self, name: str, command: list[str], *, log: Path, cwd: Path, end_with: signal.Signals = signal.SIGTERM):
        self.name = name
        self.command = command
        self.log = log
        self.cwd = cwd
        self.end_with = end_with
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        self.process = spawn(self.command, log=self.log, end_with=self.end_with, cwd=self.cwd)

    def ask_to_stop(self) -> None:
        ask(self.process, signal.SIGTERM)

    def stop(self) -> None:
        end(self.process, within=PATIENCE_SECONDS)


class Watched:
    """A server, and how often it has died lately."""

    def __init__(self, server: Server):
        self.server = server
        self.deaths = 0
        self.started_at = time.monotonic()
        self.due_at: float | None = None

    def is_alive(self) -> bool:
        return self.server.process is not None and self.server.process.poll() is None

    def note_death(self) -> float:
        """Seconds to wait before it is started again: twice as long each time."""
        now = time.monotonic()
        self.deaths = 1 if now - self.started_at > WELL_AFTER_SECONDS else self.deaths + 1
        pause = min(FIRST_PAUSE_SECONDS * 2 ** (self.deaths - 1), LONGEST_PAUSE_SECONDS)
        self.due_at = now + pause
        return pause

    def start(self) -> None:
        self.due_at = None
        self.started_at = time.monotonic()
        self.server.start()


class Supervisor:
    def __init__(self, say: Callable[[str], None]):
        self.say = say
        self.watched: list[Watched] = []

    def start(self, server: Server) -> None:
        watched = Watched(server)
        self.watched.append(watched)
        watched.start()

    def keep(self) -> None:
        """Until an exception (Ctrl-C, SIGTERM) ends it."""
        while True:
            self.look_once()
            time.sleep(LOOK_EVERY_SECONDS)

    def look_once(self) -> None:
        for watched in self.watched:
            if watched.is_alive():
                continue
            if watched.due_at is None:
                self._tell_of_death(watched)
            elif time.monotonic() >= watched.due_at:
                self._start_again(watched)

    def stop(self) -> None:
        """Programs end together, then the servers they use, the last started first."""
        for watched in self.watched:
            if isinstance(watched.server, Program):
                watched.server.ask_to_stop()
        for watched in reversed(self.watched):
            watched.server.stop()

    def _tell_of_death(self, watched: Watched) -> None:
        pause = watched.note_death()
        code = watched.server.process.returncode if watched.server.process else "?"
        self.say(f"{watched.server.name} ended ({code}); it is started again in {pause:g} s. Its log is {watched.server.log}.")

    def _start_again(self, watched: Watched) -> None:
        try:
            watched.start()
        except RuntimeError as error:
            self.say(str(error))
