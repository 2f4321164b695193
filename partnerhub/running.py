"""Which servers to talk to: those named in the environment, else the embedded ones running under `DATA_DIR`."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

NOTE = "servers.json"


@dataclass(frozen=True)
class Servers:
    """Addresses of the embedded servers, as `make run` wrote them down."""

    database_url: str
    redis_url: str
    email_url: str = ""
    pid: int = 0

    def write(self, data_dir: Path) -> None:
        partial = data_dir / f"{NOTE}.part"
        partial.write_text(json.dumps(asdict(self)))
        partial.chmod(0o600)
        partial.replace(data_dir / NOTE)


def servers_under(data_dir: Path) -> Servers | None:
    note = data_dir / NOTE
    if not note.exists():
        return None
    return Servers(**json.loads(note.read_text()))
