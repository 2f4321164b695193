"""The environment, read once. A bad value ends the start with a sentence that names it."""

import ipaddress
import os
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from dkim.crypto import UnparsableKeyError, parse_pem_private_key

_HOST = re.compile(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")
_RATE = re.compile(r"\d+/(s|sec|second|m|min|minute|h|hour|d|day)")
_MAILBOX = re.compile(r"[\w.-]{1,19}@[\w-]+(\.[\w-]+)+")  # short, since each mail adds 45 characters of its own
_ADDRESS = re.compile(r"[^@\s,;<>]+@[\w-]+(\.[\w-]+)+")
_SECRET = re.compile(r"[A-Za-z0-9._-]+:[A-Za-z0-9._-]{16,}")
_MAILBOX_PORTS = {"imaps": 993, "imap": 143, "pop3s": 995, "pop3": 110}
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is “{value}”; write 1 or 0.")


def number(name: str, default: int, *, low: int, high: int) -> int:
    value = text(name, str(default))
    if not value.isdigit() or not low <= int(value) <= high:
        raise ImproperlyConfigured(f"{name} is “{value}”; write a whole number from {low} to {high}.")
    return int(value)


def one_of(name: str, *choices: str) -> str:
    """The first choice is the usual one."""
    value = text(name, choices[0]) or choices[0]
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is “{value}”; write one of {', '.join(choices)}.")
    return value


def words(name: str) -> list[str]:
    return [word.strip() for word in text(name).split(",") if word.strip()]


def hosts(name: str) -> list[str]:
    for host in words(name):
        if not _HOST.fullmatch(host):
            raise ImproperlyConfigured(f"{name} has “{host}”; write host names without https:// or port, with commas between them.")
    return words(name)


def addresses(name: str) -> list[str]:
    for address in words(name):
        if not _ADDRESS.fullmatch(address):
            raise ImproperlyConfigured(f"{name} has “{address}”; write e-mail addresses with commas between them.")
    return words(name)


def rate(name: str, default: str) -> str:
    value = text(name, default)
    if not _RATE.fullmatch(value):
        raise ImproperlyConfigured(f"{name} is “{value}”; write a number and a period, as in 6000/min.")
    return value


def folder(name: str, default: Path) -> Path:
    path = Path(text(name) or default).expanduser().absolute()
    there = next(folder for folder in [path, *path.parents] if os.path.lexists(folder))
    if not there.is_dir():
        raise ImproperlyConfigured(f"{name} is “{path}”, which is a file or below one; name a folder.")
    if not os.access(there, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"{name} is “{path}”, where this user may not write; name another folder.")
    return path


def url(name: str, schemes: tuple[str, ...]) -> str:
    """The address as written, or "" when absent. Only its scheme and shape are checked here."""
    value = text(name)
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is “{shown(value)}”, which is no address ({error}).") from None
    if parts.scheme not in schemes:
        raise ImproperlyConfigured(f"{name} is “{shown(value)}”; it should begin with {' or '.join(s + '://' for s in schemes)}.")
    if not parts.hostname and parts.scheme != "unix":
        raise ImproperlyConfigured(f"{name} is “{shown(value)}”, which names no host.")
    return value.rstrip("/") if parts.scheme in ("http", "https") else value


def networks(name: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    try:
        return tuple(ipaddress.ip_network(word) for word in words(name))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}; write networks as in 10.1.0.0/16, with commas between them.") from None


def mailbox(name: str) -> str:
    value = text(name)
    if value and not _MAILBOX.fullmatch(value):
        raise ImproperlyConfigured(f"{name} is “{value}”; write one address without a plus sign, as in bounces@mail.example.")
    return value


class MailboxToRead(NamedTuple):
    """Where mails are fetched: `protocol` is imap or pop3; `folder` is for IMAP only."""

    protocol: str
    is_tls: bool
    host: str
    port: int
    user: str
    password: str
    folder: str


def mailbox_to_read(name: str) -> MailboxToRead | None:
    value = url(name, tuple(_MAILBOX_PORTS))
    if not value:
        return None
    parts = urlsplit(value)
    user, password, folder = unquote(parts.username or ""), unquote(parts.password or ""), unquote(parts.path.strip("/"))
    if not user or not password:
        raise ImproperlyConfigured(f"{name} is “{shown(value)}”, without user or password; write imaps://user:password@host/INBOX.")
    if parts.query or parts.fragment:
        raise ImproperlyConfigured(f"{name} is “{shown(value)}”; write ? and # in a name or a password as %3F and %23.")
    if not (user + password + folder).isprintable():
        raise ImproperlyConfigured(f"{name} is “{shown(value)}”, with characters in it that no name or password has.")
    if not folder.isascii():
        raise ImproperlyConfigured(f"{name} is “{shown(value)}”; write the folder as IMAP spells it, as in Gel&APY-scht.")
    protocol = parts.scheme.removesuffix("s")
    if protocol == "pop3" and folder:
        raise ImproperlyConfigured(f"{name} is “{shown(value)}”; POP knows no folders, so end it with the host.")
    port = parts.port or _MAILBOX_PORTS[parts.scheme]
    return MailboxToRead(protocol, parts.scheme != protocol, str(parts.hostname), port, user, password, folder or "INBOX")


class FileStore(NamedTuple):
    """A store outside that speaks S3. `origin` is where browsers fetch files from."""

    origin: str
    key: str
    secret: str
    bucket: str
    region: str

    @property
    def as_storage(self) -> dict:
        options = {
            "access_key": self.key, "secret_key": self.secret, "bucket_name": self.bucket, "endpoint_url": self.origin,
            "region_name": self.region, "default_acl": None, "querystring_auth": True, "file_overwrite": False,
            "signature_version": "s3v4", "addressing_style": "path",
        }  # fmt: skip
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def file_store(name: str) -> FileStore | None:
    """s3://KEY:SECRET@host/bucket, with ?region=… where the store has some, and s3+http:// for one without TLS."""
    value = url(name, ("s3", "s3+http"))
    if not value:
        return None
    parts, bucket = urlsplit(value), urlsplit(value).path.strip("/")
    if not parts.username or not parts.password:
        raise ImproperlyConfigured(f"{name} is “{shown(value)}”, without key or secret; write s3://KEY:SECRET@host/bucket.")
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket):
        raise ImproperlyConfigured(f"{name} is “{shown(value)}”, which names no bucket; end it with /bucket.")
    region = dict(parse_qsl(parts.query)).get("region", "us-east-1")
    scheme = "http" if parts.scheme == "s3+http" else "https"
    place = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
    return FileStore(f"{scheme}://{place}", unquote(parts.username), unquote(parts.password), bucket, region)


MAIL_PROVIDERS = {"brevo": "", "mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY", "mailjet": "", "postmark": "", "sparkpost": ""}


def mail_events(provider: str, secret: str, key: str) -> tuple[str, dict[str, str]]:
    """Which provider tells what became of mails, and anymail's settings to know it by. Whoever signs has a key, others are known
    by a user and a password in the address that they call."""
    name, kept = text(provider).lower(), {}
    if not name:
        return "", {}
    if name not in MAIL_PROVIDERS:
        raise ImproperlyConfigured(f"{provider} is “{name}”; write one of {', '.join(MAIL_PROVIDERS)}.")
    if text(secret):
        if not _SECRET.fullmatch(text(secret)):
            raise ImproperlyConfigured(f"{secret} should be a user, a colon and a password of 16 letters and digits or more.")
        kept["WEBHOOK_SECRET"] = text(secret)
    elif not MAIL_PROVIDERS[name]:
        raise ImproperlyConfigured(f"{provider} is “{name}”, but {secret} is missing; anybody could tell us anything.")
    if MAIL_PROVIDERS[name]:
        if not text(key) or not text(key).isascii():
            raise ImproperlyConfigured(f"{provider} is “{name}”, but {key} is missing: the key that it signs with.")
        kept[MAIL_PROVIDERS[name]] = text(key)
    return name, kept


_PROVIDER_KEYS = {"mailjet": ("MAILJET_API_KEY", "MAILJET_SECRET_KEY"), "postmark": ("POSTMARK_SERVER_TOKEN",)}


def mail_provider(provider: str, key: str, url: str, *, timeout: int) -> tuple[str, dict[str, object]]:
    """Which provider's interface deliveries go out by, and anymail's settings to reach it. Mailjet's key has two parts."""
    name, kept = text(provider).lower(), {"REQUESTS_TIMEOUT": timeout}
    if not name:
        return "", {}
    if name not in MAIL_PROVIDERS:
        raise ImproperlyConfigured(f"{provider} is “{name}”; write one of {', '.join(MAIL_PROVIDERS)}.")
    names = _PROVIDER_KEYS.get(name, (f"{name.upper()}_API_KEY",))
    values = text(key).split(":", len(names) - 1)
    if not all(values) or len(values) != len(names) or not text(key).isascii():
        form = "two keys with a colon between them" if len(names) == 2 else "the key that it gave you"
        raise ImproperlyConfigured(f"{provider} is “{name}”, but {key} is missing: {form}.")
    if text(url):
        if not text(url).startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ImproperlyConfigured(f"{url} is “{text(url)}”; write where its interface is, beginning with https://.")
        kept[f"{name.upper()}_API_URL"] = text(url)
    return name, kept | dict(zip(names, values, strict=True))


def dkim(domain: str, selector: str, key: str) -> tuple[str, str, bytes]:
    """Domain, selector and the private key in the file that `key` names; all three or none."""
    given = [name for name in (domain, selector, key) if text(name)]
    if not given:
        return "", "", b""
    for name in (domain, selector, key):
        if name not in given:
            raise ImproperlyConfigured(
                f"{given[0]} is set, but {name} is missing; signing mails needs {domain}, {selector} and {key}."
            )
    for name in (domain, selector):
        if not _HOST.fullmatch(text(name)) or text(name).startswith(("*", ".")):
            raise ImproperlyConfigured(f"{name} is “{text(name)}”; write a name as in mail.example.")
    try:
        written = Path(text(key)).read_bytes()
        parse_pem_private_key(written)
    except OSError as error:
        raise ImproperlyConfigured(f"{key} is “{text(key)}”, which cannot be read: {error.strerror}.") from None
    except (UnparsableKeyError, ValueError, KeyError, IndexError):
        raise ImproperlyConfigured(f"{key} is “{text(key)}”, which holds no RSA key in PEM without a password.") from None
    return text(domain), text(selector), written


def shown(url: str) -> str:
    """An address without its password, for messages."""
    return re.sub(r"(://[^:/]*):.*@", r"\1:…@", url)
