"""What the documents name is there: make targets, commands, files, and every variable of the environment."""

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):[^=]", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_make_targets_and_commands_exist(document):
    text = document.read_text()

    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)) <= targets()
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= set(get_commands())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_linked_files_exist(document):
    links = [link for link in re.findall(r"\]\(([^)#]+)", document.read_text()) if "://" not in link]

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_help_lists_every_target_that_is_for_people():
    listed = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert listed == targets() - {"dev", "browser", "postfix", "rabbitmq"}
    assert listed == set(re.findall(r"^\| `make ([a-z-]+)`", (ROOT / "README.md").read_text(), re.MULTILINE))


def test_every_variable_of_the_environment_is_told():
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", (ROOT / "partnerhub" / "settings.py").read_text()))
    told = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "running.md").read_text()))

    assert read - told == set()


def test_compose_has_no_default_secret_and_restarts_what_dies():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]

    assert set(services) == {"postgres", "valkey", "migrate", "web", "edge", "worker", "clerk", "beat"}
    assert all(service.get("restart") for service in services.values())
    for name in ("SECRET_KEY", "EMAIL_URL", "ALLOWED_HOSTS"):
        assert services["web"]["environment"][name].startswith(f"${{{name}:?")


def test_the_base_requirements_are_those_of_the_developer_too():
    """`make run` after `make test` installs nothing: what base pins, dev pins alike."""
    pinned = [
        set(re.findall(r"^[\w.\[\],-]+==\S+", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE))
        for name in ("base", "dev")
    ]

    assert pinned[0] - pinned[1] == set()


def test_the_files_on_the_announcements_way_exist():
    named = set(re.findall(r"`([a-z_]+(?:/[a-z_0-9]+)+\.\w+)`", (ROOT / "docs" / "architecture.md").read_text()))

    assert len(named) > 15
    assert [name for name in named if not (ROOT / name).exists()] == []
