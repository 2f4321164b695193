"""What `docker compose up` runs: every program with every setting that the documentation names."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
PROGRAMS = {name: service for name, service in COMPOSE["services"].items() if service.get("image") == "partnerhub"}
# Said by the file itself: where the servers beside it are, and where things lie in the image.
OURS = {"DATABASE_URL", "REDIS_URL", "DATA_DIR", "STATIC_ROOT", "DEMO", "BEHIND_PROXY", "LOG_FORMAT"}


def documented() -> set[str]:
    table = (ROOT / "docs" / "running.md").read_text().partition("## Every variable")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE))


def test_the_programs_are_all_there():
    assert set(PROGRAMS) == {"migrate", "web", "edge", "worker", "clerk", "beat"}
    assert len(documented()) > 30


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_each_gets_what_stands_in_the_file_of_settings(name):
    program = PROGRAMS[name]
    assert program["env_file"] == [{"path": ".env", "required": False}]
    kept_from_it = {key for key, value in program["environment"].items() if f"${{{key}" not in value}
    assert kept_from_it & documented() <= OURS


def test_journals_and_files_are_shared_by_all_of_them():
    """A worker that was killed is settled by another, which reads its journal."""
    assert all(program["volumes"] == ["data:/data"] for program in PROGRAMS.values())
    assert all(program["environment"]["DATA_DIR"] == "/data" for program in PROGRAMS.values())
