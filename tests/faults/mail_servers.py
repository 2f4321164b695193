"""Mail servers for drills: a quick one that writes down every recipient, and Debian's Postfix in front of it."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from partnerhub.embedded.process import spawn


class CountingSink:
    """Takes every mail and appends its recipient to a file before it answers, so that the file is what really arrived."""

    def __init__(self, port: int, log: Path, *, pause: float = 0):
        self.port = port
        self.log = log
        self.pause = pause
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.write_text("")
        command = [sys.executable, "-m", "tests.faults.mail_servers", str(self.port), str(self.log), str(self.pause)]
        self.process = spawn(command, log=self.log.with_suffix(".errors"), cwd=Path(__file__).parents[2])
        wait_for_port(self.port)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)

    @property
    def count(self) -> int:
        return self.log.read_bytes().count(b"\n")

    @property
    def recipients(self) -> list[str]:
        return self.log.read_text().split()


class Postfix:
    """Debian's MTA under a folder of its own: takes mail on `port` and relays all of it to `relay_port`, both on this machine."""

    def __init__(self, folder: Path, port: int, relay_port: int):
        self.folder = folder
        self.port = port
        self.relay_port = relay_port

    def start(self) -> None:
        self._write_configuration()
        self._run("start")
        wait_for_port(self.port)

    def stop(self) -> None:
        self._run("stop")

    def waiting(self) -> int:
        """Mails that it has taken and not yet passed on."""
        names = ("maildrop", "incoming", "active", "deferred")
        return sum(1 for name in names for path in (self.folder / "spool" / name).rglob("*") if path.is_file())

    def _write_configuration(self) -> None:
        config = self.folder / "config"
        config.mkdir(parents=True)
        (self.folder / "data").mkdir()
        shutil.chown(self.folder / "data", "postfix")
        self.folder.chmod(0o755)
        (config / "main.cf").write_text(
            f"compatibility_level = 3.6\nqueue_directory = {self.folder}/spool\ndata_directory = {self.folder}/data\n"
            "inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmyhostname = mta.example\nmydestination =\n"
            "mynetworks = 127.0.0.0/8\nalias_maps =\nlocal_transport = error:there is nobody here\n"
            f"default_transport = smtp:[127.0.0.1]:{self.relay_port}\nrelayhost = [127.0.0.1]:{self.relay_port}\n"
            "smtp_host_lookup = native\nsmtp_tls_security_level = none\nmaillog_file = /dev/stdout\n"
            f"maillog_file_prefixes = {self.folder}, /dev/stdout\nqueue_run_delay = 5s\nminimal_backoff_time = 5s\n"
            "maximal_backoff_time = 10s\nsmtpd_client_connection_rate_limit = 0\nin_flow_delay = 0\n"
        )
        (config / "master.cf").write_text(
            f"127.0.0.1:{self.port} inet n - n - - smtpd\n"
            "cleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\ntlsmgr unix - - n 1000? 1 tlsmgr\n"
            "rewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\ndefer unix - - n - 0 bounce\n"
            "trace unix - - n - 0 bounce\nverify unix - - n - 1 verify\nflush unix n - n 1000? 0 flush\n"
            "proxymap unix - - n - - proxymap\nsmtp unix - - n - - smtp\nrelay unix - - n - - smtp\n"
            "error unix - - n - - error\nretry unix - - n - - error\nanvil unix - - n - 1 anvil\nscache unix - - n - 1 scache\n"
            "postlog unix-dgram n - n - 1 postlogd\n"
        )
        (config / "main.cf").write_text((config / "main.cf").read_text().replace("/dev/stdout", f"{self.folder}/mail.log", 1))
        (self.folder / "spool").mkdir()

    def _run(self, word: str) -> None:
        command = ["postfix", "-c", str(self.folder / "config"), word]
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, env={**os.environ, "PATH": _PATH})
        assert done.returncode == 0, f"postfix {word}: {done.stderr}{done.stdout}"


_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def has_postfix() -> bool:
    return os.geteuid() == 0 and bool(shutil.which("postfix", path=_PATH))


def wait_for_port(port: int) -> None:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"No mail server came up on port {port}.")


class _Session(asyncio.Protocol):
    """As much SMTP as a client in a hurry uses, several commands in one packet included."""

    log: int
    pause: float

    def connection_made(self, transport) -> None:
        self.transport, self.received, self.is_in_data, self.addresses = transport, b"", False, []
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.received += data
        self._go_on()

    def _go_on(self) -> None:
        while not self.transport.is_closing():
            end = b"\r\n.\r\n" if self.is_in_data else b"\r\n"
            part, found, rest = self.received.partition(end)
            if not found:
                return
            self.received = rest
            if self.is_in_data:
                self.is_in_data = False
                if self.pause:
                    asyncio.get_running_loop().call_later(self.pause, self._take)
                    return
                self._take()
            else:
                self.transport.write(self._answer(part))

    def _take(self) -> None:
        """Written down, then answered; a client that is gone meanwhile may have sent it all the same."""
        os.write(self.log, b"".join(address + b"\n" for address in self.addresses))
        self.addresses = []
        if not self.transport.is_closing():
            self.transport.write(b"250 taken\r\n")
            self._go_on()

    def _answer(self, line: bytes) -> bytes:
        word = line[:4].upper()
        if word == b"EHLO":
            return b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
        if word == b"RCPT":
            self.addresses.append(line.partition(b"<")[2].partition(b">")[0])
        elif word == b"DATA":
            self.is_in_data = True
            # The end of an empty message would have no line before its dot.
            self.received = b"\r\n" + self.received if self.received.startswith(b".\r\n") else self.received
            return b"354 go on\r\n"
        elif word == b"RSET":
            self.addresses = []
        elif word == b"QUIT":
            self.transport.write(b"221 bye\r\n")
            self.transport.close()
            return b""
        return b"250 OK\r\n"


async def _serve(port: int, log: str, pause: float) -> None:
    _Session.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    _Session.pause = pause
    server = await asyncio.get_running_loop().create_server(_Session, "127.0.0.1", port, backlog=500)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), sys.argv[2], float(sys.argv[3])))
