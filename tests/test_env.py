"""A bad value in the environment ends every command with one sentence that names it."""

import os
import runpy
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

PRODUCTION = {
    "DATABASE_URL": "postgres://me:pass@localhost:1/hub",
    "REDIS_URL": "redis://localhost:1/0",
    "EMAIL_URL": "smtp://localhost:1",
    "SECRET_KEY": "secret",
    "ALLOWED_HOSTS": "hub.example",
    "DEMO": "0",
}


@pytest.fixture
def read(monkeypatch):
    """Reads the settings anew with nothing but the named values in the environment; the sentence, or "" when they are read."""

    def read(**environment: str) -> str:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        monkeypatch.setattr(os, "environ", {**kept, "DATA_DIR": str(settings.DATA_DIR), **environment})
        try:
            runpy.run_path(str(settings.BASE_DIR / "partnerhub" / "settings.py"))
        except ImproperlyConfigured as error:
            return str(error)
        return ""

    return read


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in PRODUCTION.items() if key != name}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("DEMO", "maybe"),
        ("DATA_DIR", "/etc/hostname"),
        ("DATA_DIR", "/etc/hostname/below"),
        ("DATABASE_URL", "mysql://localhost/hub"),
        ("DATABASE_URL", "postgres://localhost:port/hub"),
        ("DATABASE_URL", "postgres://localhost"),
        ("REDIS_URL", "localhost:6379"),
        ("EMAIL_URL", "mail.example:25"),
        ("EMAIL_URL", "smtp://"),
        ("BOUNCE_ADDRESS", "bounces"),
        ("BOUNCE_ADDRESS", "one+two@mail.example"),
        ("BOUNCE_MAILBOX_URL", "mail.example/INBOX"),
        ("BOUNCE_MAILBOX_URL", "https://me:pass@mail.example"),
        ("BOUNCE_MAILBOX_URL", "imaps://mail.example"),
        ("BOUNCE_MAILBOX_URL", "imaps://me@mail.example"),
        ("BOUNCE_MAILBOX_URL", "pop3s://me:pass@mail.example/INBOX"),
        ("BOUNCE_MAILBOX_URL", "imaps://me:pa#ss@mail.example"),
        ("BOUNCE_MAILBOX_URL", "imaps://me:pa%0d%0ass@mail.example"),
        ("BOUNCE_MAILBOX_URL", "imaps://me:pass@mail.example/Gel%C3%B6scht"),
        ("FILES_URL", "https://key:secret@store.example/files"),
        ("FILES_URL", "s3://store.example/files"),
        ("FILES_URL", "s3://key:secret@store.example"),
        ("FILES_URL", "s3://key:secret@store.example/No_Bucket"),
        ("VIRUS_SCAN_URL", "clamd:3310"),
        ("LIBRARY_MAX_MB", "0"),
        ("MAIL_EVENTS_FROM", "pigeon"),
        ("MAIL_EVENTS_FROM", "postmark"),
        ("MAIL_EVENTS_FROM", "mailgun"),
        ("MAIL_PROVIDER", "pigeon"),
        ("MAIL_PROVIDER", "mailgun"),
        ("MAIL_SERVER_CONNECTIONS", "-1"),
        ("MAIL_SOFT_BOUNCES", "many"),
        ("SITE_URL", "hub.example"),
        ("ALLOWED_HOSTS", "https://hub.example"),
        ("API_RATE", "often"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_bad_value_is_named(read, name, value):
    assert read(**{name: value}).startswith(name)


def test_a_provider_is_heard_with_a_secret_only(read):
    assert read(MAIL_EVENTS_FROM="postmark", MAIL_EVENTS_SECRET="short:one").startswith("MAIL_EVENTS_SECRET")
    assert read(MAIL_EVENTS_FROM="postmark", MAIL_EVENTS_SECRET="postmark:0123456789abcdef") == ""
    assert read(MAIL_EVENTS_FROM="mailgun", MAIL_EVENTS_KEY="key-0123") == ""


def test_a_provider_is_reached_with_its_keys_only(read):
    assert read(MAIL_PROVIDER="mailjet", MAIL_PROVIDER_KEY="only-one").startswith(
        "MAIL_PROVIDER is “mailjet”, but MAIL_PROVIDER_KEY"
    )
    assert read(MAIL_PROVIDER="mailjet", MAIL_PROVIDER_KEY="one:two") == ""
    assert read(MAIL_PROVIDER="postmark", MAIL_PROVIDER_KEY="k", MAIL_PROVIDER_URL="ftp://x").startswith("MAIL_PROVIDER_URL")


@pytest.mark.parametrize("name", ["SECRET_KEY", "EMAIL_URL", "REDIS_URL", "ALLOWED_HOSTS"])
def test_production_needs_each_of_them(read, name):
    assert read(**without(name)).startswith(f"{name} is missing")


def test_production_starts_with_all_of_them(read):
    assert read(**PRODUCTION) == ""


def test_demo_data_is_never_put_on_another_machine(read):
    assert read(**{**PRODUCTION, "DATABASE_URL": "postgres://me:pass@db.example/hub", "DEMO": "1"}).startswith("DEMO is 1")


def test_a_password_is_not_repeated_in_the_sentence(read):
    sentence = read(DATABASE_URL="mysql://me:hunter2@localhost/hub")

    assert "DATABASE_URL" in sentence
    assert "hunter2" not in sentence


@pytest.mark.parametrize("userinfo", ["me:hunter2", "me@mail.example:hunter2", "me:a@hunter2", "me:a/hunter2", "me:a:hunter2"])
def test_nor_is_one_that_should_have_been_escaped(read, userinfo):
    sentence = read(BOUNCE_MAILBOX_URL=f"smtp://{userinfo}@mail.example")

    assert sentence.startswith("BOUNCE_MAILBOX_URL")
    assert "hunter2" not in sentence


def test_a_command_ends_with_the_sentence_alone():
    done = run_command(**PRODUCTION, PORT="eighty")

    assert done.returncode == 1
    assert done.stderr == "PartnerHub cannot start: PORT is “eighty”; write a whole number from 1 to 65535.\n"


@pytest.mark.slow
def test_a_command_says_when_nothing_runs(tmp_path):
    done = run_command(DATA_DIR=str(tmp_path))

    assert done.returncode == 1
    assert done.stderr == f"PartnerHub is not running under DATA_DIR {tmp_path}; start it with: make run\n"


def run_command(**environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-W", "ignore", "manage.py", "showmigrations", "--skip-checks"]
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(command, env={**kept, **environment}, cwd=settings.BASE_DIR, capture_output=True, text=True)
