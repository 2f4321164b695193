"""A mail server that takes everything and keeps nothing: `smtp-sink` where installed (Debian's postfix), else our own."""

import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

_OWN = """
import asyncio
from aiosmtpd.controller import Controller
class Sink:
    async def handle_DATA(self, server, session, envelope):
        return "250 OK"
Controller(Sink(), hostname="127.0.0.1", port={port}).start()
asyncio.new_event_loop().run_forever()
"""


@contextmanager
def running_sink():
    """Yields the port it listens on."""
    port = free_port()
    program = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/bin")
    command = [program, "-u", "nobody", f"127.0.0.1:{port}", "1000"] if program else [sys.executable, "-c", _OWN.format(port=port)]
    with running(command, port):
        yield port


@contextmanager
def running(command: list[str], port: int):
    """A server, once it listens there."""
    server = subprocess.Popen(command)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("The mail server of the benchmark did not start.")
