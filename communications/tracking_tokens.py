"""Signed, stateless names for links in messages: who, which announcement, which channel, which link.

A token says nothing by itself and cannot be altered: its seal covers every part, with a key of its own."""

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from communications.models import Channel

_SHAPE = struct.Struct(">QQBHH")
_SEAL_BYTES = 12
_CHANNELS = (Channel.PORTAL, Channel.EMAIL)


@dataclass(frozen=True)
class TrackingToken:
    announcement_id: int
    contact_id: int
    channel: str
    version: int
    link: int = 0

    def __str__(self) -> str:
        return _written(self.announcement_id, self.contact_id, _CHANNELS.index(Channel(self.channel)), self.version, self.link)


def mail_token(announcement_id: int, contact_id: int, version: int, link: int) -> str:
    """The same for a mail, whose links are many."""
    return _written(announcement_id, contact_id, 1, version, link)


def read_token(text: str) -> TrackingToken | None:
    """The token behind `text`, or None when it is not one of ours."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        body, seal = raw[: _SHAPE.size], raw[_SHAPE.size :]
        announcement_id, contact_id, channel, version, link = _SHAPE.unpack(body)
    except (ValueError, struct.error):
        return None
    if not hmac.compare_digest(seal, _seal(body)) or channel >= len(_CHANNELS):
        return None
    return TrackingToken(announcement_id, contact_id, _CHANNELS[channel].value, version, link)


def _written(*parts: int) -> str:
    body = _SHAPE.pack(*parts)
    return base64.urlsafe_b64encode(body + _seal(body)).decode().rstrip("=")


def _seal(body: bytes) -> bytes:
    return hmac.digest(_key(settings.SECRET_KEY), body, "sha256")[:_SEAL_BYTES]


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return hashlib.sha256(b"partnerhub.tracking" + secret.encode()).digest()
