"""Where the embedded servers of a data folder are, and whether they run.

`servers.json` in the folder holds their addresses. `up` writes it before it starts them; settings read it.
The addresses outlive a stop, so `is_running` asks the lock that `up` holds for as long as it lives.
"""

import fcntl
import hashlib
import json
import os
import socket
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured

NOTE, LOCK = "servers.json", "up.lock"
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Servers:
    sockets: str
    mail_port: int

    @property
    def sockets_folder(self) -> Path:
        return Path(self.sockets)

    @property
    def database_url(self) -> str:
        return f"postgres://postgres@{quote(self.sockets, safe='')}/partnerhub"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.sockets}/valkey.sock"

    @property
    def email_url(self) -> str:
        return f"smtp://{LOOPBACK}:{self.mail_port}"


def servers_under(data_dir: Path) -> Servers | None:
    try:
        return Servers(**json.loads((data_dir / NOTE).read_text()))
    except (FileNotFoundError, ValueError, TypeError):  # never started, or written by another version
        return None


def plan_servers(data_dir: Path) -> Servers:
    """The addresses to start at: those of last time where they are still free. Only for the holder of the lock."""
    known = servers_under(data_dir)
    port = known.mail_port if known and is_free(known.mail_port) else any_free_port()
    plan = Servers(sockets=str(_sockets_for(data_dir)), mail_port=port)
    if plan != known:
        partial = data_dir / f"{NOTE}.part"
        partial.write_text(json.dumps(asdict(plan)))
        partial.replace(data_dir / NOTE)
    return plan


def hold(data_dir: Path) -> IO | None:
    """The lock of a data folder; None when another holds it. It ends with the process, however that ends."""
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = open(data_dir / LOCK, "a")  # noqa: SIM115 - open for as long as we run
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def is_running(data_dir: Path) -> bool:
    if not (data_dir / LOCK).exists():
        return False
    lock = hold(data_dir)
    if lock:
        lock.close()
    return lock is None


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def _sockets_for(data_dir: Path) -> Path:
    """A short folder, since a socket's path has at most 107 bytes; the same for a data folder each time."""
    path = Path("/tmp") / f"partnerhub-{hashlib.sha256(str(data_dir).encode()).hexdigest()[:10]}"  # noqa: S108 - closed, owner checked
    if path.is_symlink() or (path.exists() and os.geteuid() not in (0, path.stat().st_uid)):
        raise ImproperlyConfigured(f"{path} is needed for the servers of DATA_DIR, but belongs to another user. Remove it.")
    return path
