"""Signed, stateless names for links in messages: who, which announcement, which channel, which link.

A token says nothing by itself and cannot be altered: its seal covers every part, with a key of its own. What it is for is one of
them: links are numbered, and above every number that a text can have stand the `Place`s that are no links of the text."""

import binascii
import hashlib
import hmac
import struct
from collections.abc import Callable
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings

from communications.models import Channel

_SHAPE, _CONTACT = struct.Struct(">QQBHH"), slice(8, 16)
_SEAL_BYTES = 12
_CHANNELS = (Channel.PORTAL, Channel.EMAIL)
_CHANNEL_NAMES = tuple(channel.value for channel in _CHANNELS)
# How long a token is: no ending is cut off and no other letter is read over, so each has one spelling.
_LETTERS = (_SHAPE.size + _SEAL_BYTES) * 4 // 3
# Base64 for addresses (RFC 4648, 5), by the C module: what `base64` does around it takes longer than the seal.
_FOR_ADDRESSES, _TO_STANDARD = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_+/", b"+/  ")
NOBODY = 0  # in place of a contact, where a picture must not say who saw it


class Place(IntEnum):
    """What a token leads to where it is not a link of the text."""

    ANNOUNCEMENT = 32767  # from a digest to an announcement's page
    ACKNOWLEDGE = 65530
    BOUNCE = 65531
    WAY_OUT = 65532
    FILE = 65533
    TRAP = 65534  # the link that no person sees
    PIXEL = 65535


class TrackingToken(NamedTuple):
    announcement_id: int
    contact_id: int
    channel: str
    version: int
    link: int = 0

    def __str__(self) -> str:
        return _written(self.announcement_id, self.contact_id, _CHANNELS.index(Channel(self.channel)), self.version, self.link)


def mail_token(announcement_id: int, contact_id: int, version: int, link: int) -> str:
    """The same for a mail, whose links are many. `link` may be a `Place`."""
    return _written(announcement_id, contact_id, 1, version, link)


def mail_tokens(announcement_id: int, version: int, link: int) -> Callable[[int], bytes]:
    """What writes the tokens of one place of a mail, contact by contact: there are a dozen in each, so their beginning is sealed
    once for all."""
    body = _SHAPE.pack(announcement_id, NOBODY, _CHANNELS.index(Channel.EMAIL), version, link)
    head, tail = body[: _CONTACT.start], body[_CONTACT.stop :]
    begun = _keyed(settings.SECRET_KEY).copy()
    begun.update(head)

    def written(contact_id: int) -> bytes:
        rest, sealer = contact_id.to_bytes(8, "big") + tail, begun.copy()
        sealer.update(rest)
        return _in_letters(head + rest + sealer.digest())

    return written


def read_token(text: str) -> TrackingToken | None:
    """The token behind `text`, or None when it is not one of ours."""
    if len(text) != _LETTERS:
        return None
    try:
        raw = binascii.a2b_base64(text.encode("ascii").translate(_TO_STANDARD), strict_mode=True)
    except ValueError:
        return None
    body, seal = raw[: _SHAPE.size], raw[_SHAPE.size :]
    announcement_id, contact_id, channel, version, link = _SHAPE.unpack(body)
    if not hmac.compare_digest(seal, _seal(body)) or channel >= len(_CHANNELS):
        return None
    return TrackingToken(announcement_id, contact_id, _CHANNEL_NAMES[channel], version, link)


def _written(*parts: int) -> str:
    body = _SHAPE.pack(*parts)
    return _in_letters(body + _seal(body)).decode()


def _in_letters(raw: bytes) -> bytes:
    return binascii.b2a_base64(raw, newline=False).translate(_FOR_ADDRESSES)


def _seal(body: bytes) -> bytes:
    sealer = _keyed(settings.SECRET_KEY).copy()
    sealer.update(body)
    return sealer.digest()


@lru_cache(maxsize=4)
def _keyed(secret: str) -> "hashlib.blake2b":
    """BLAKE2b with a key (RFC 7693) seals as HMAC does, in a fifth of its time: a mail has a dozen tokens."""
    key = hashlib.sha256(b"partnerhub.tracking" + secret.encode()).digest()
    return hashlib.blake2b(key=key, digest_size=_SEAL_BYTES)
