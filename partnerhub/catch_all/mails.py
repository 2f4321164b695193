"""A kept mail, read for a person or a test."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import unescape

from django.conf import settings

from partnerhub.catch_all.store import Entry, MailStore

_HREF = re.compile(r"""href\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+")


@dataclass(frozen=True)
class Mail:
    entry: Entry
    headers: dict[str, str]
    text: str
    html: str
    links: list[str]

    @property
    def received(self) -> datetime:
        return datetime.fromtimestamp(self.entry.received, tz=UTC)

    def as_dict(self) -> dict:
        return {
            "id": self.entry.id,
            "from": self.entry.sender,
            "to": self.entry.to,
            "subject": self.entry.subject,
            "date": self.received.isoformat(),
            "headers": self.headers,
            "text": self.text,
            "html": self.html,
            "links": self.links,
        }


def kept() -> MailStore:
    return MailStore(settings.DATA_DIR / "mail")


def newest(*, to: str = "", subject: str = "", limit: int) -> list[Entry]:
    """Newest first; `to` and `subject` are looked for anywhere in the address and the subject, in any case."""
    matching = [
        entry for entry in kept().entries() if to.lower() in " ".join(entry.to).lower() and subject.lower() in entry.subject.lower()
    ]
    return matching[: -limit - 1 : -1]


def read(entry: Entry) -> Mail | None:
    """None for a mail that has just been dropped."""
    content = kept().content(entry.id)
    if content is None:
        return None
    try:
        headers, text, html = _opened(content)
    except RecursionError:  # nested without an end: shown as it came
        headers, text, html = {}, content.decode(errors="replace"), ""
    return Mail(entry=entry, headers=headers, text=text, html=html, links=_links(text, html))


def read_by_id(mail_id: str) -> Mail | None:
    entry = next((entry for entry in kept().entries() if entry.id == mail_id), None)
    return read(entry) if entry else None


def _opened(content: bytes) -> tuple[dict[str, str], str, str]:
    """Its headers, its text and its HTML."""
    message = message_from_bytes(content, policy=default)
    return {name: str(value) for name, value in message.items()}, _body(message, "plain"), _body(message, "html")


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content() if part else ""


def _links(text: str, html: str) -> list[str]:
    """Each address once, in the order of the HTML and then of the text."""
    found = [unescape(link) for link in _HREF.findall(html)] + _ADDRESS.findall(text)
    return list(dict.fromkeys(found))
