"""Starting a program that ends with us: whatever kills the starter, nothing is left running."""

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def spawn(command: list[str], *, log: Path, end_with: signal.Signals = signal.SIGTERM, **options) -> subprocess.Popen:
    """Start `command` in a session of its own, so that Ctrl-C reaches only us; its output is appended to `log`.

    `end_with` is the signal it gets from Linux when we die without a word (`kill -9`). Call this from the main
    thread: the kernel ties the child to the thread that started it.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab") as output:
        return subprocess.Popen(
            command, stdout=output, stderr=output, stdin=subprocess.DEVNULL,
            start_new_session=True, preexec_fn=_tied_to(os.getpid(), end_with), **options,
        )  # fmt: skip


def ask(process: subprocess.Popen | None, politely: signal.Signals) -> None:
    if process and process.poll() is None:
        process.send_signal(politely)


def end(process: subprocess.Popen | None, *, within: float) -> None:
    """Wait for a program that was asked to end; after `within` seconds end it and all it started."""
    if not process:
        return
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(5)


def _tied_to(starter: int, end_with: signal.Signals):
    def tie() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(end_with))
        if os.getppid() != starter:  # it died before we were tied
            os._exit(1)

    return tie if _libc else None
