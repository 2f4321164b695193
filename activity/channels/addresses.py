"""Which addresses outside may be called. A name is looked up once, what it leads to is judged, and only that is connected to:
whoever answers for the name cannot lead us elsewhere in between."""

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from activity.refusals import Invalid

LONGEST = 500
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NOT_WRITTEN = re.compile(r"[\x00-\x20\x7f\\]")


@dataclass(frozen=True)
class Place:
    """Where to connect: any of `addresses`, all of which may be called. `host` is what the server there is asked as."""

    is_tls: bool
    host: str
    port: int
    target: str
    addresses: tuple[str, ...]


def look_up(url: str, *, field: str = "url") -> Place:
    """Raises `Invalid` with a sentence for whatever may not be called."""
    parts = _parsed(url, field)
    is_tls = parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    addresses = _resolved(parts.hostname, port, field)
    for address in addresses:
        _check(address, parts.hostname, is_tls=is_tls, field=field)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(is_tls, parts.hostname, port, target, addresses)


def place_set_by_operator(url: str) -> Place:
    """The same for an address of the settings: it may lead to this machine or into our own network."""
    parts = _parsed(url, "url")
    is_tls = parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    return Place(is_tls, parts.hostname, port, parts.path or "/", _resolved(parts.hostname, port, "url"))


def _parsed(url: str, field: str) -> SplitResult:
    if len(url) > LONGEST:
        raise Invalid(_("That address has %(n)s characters; at most %(most)s fit.") % {"n": len(url), "most": LONGEST}, field=field)
    if _NOT_WRITTEN.search(url) or not url.isascii():
        raise Invalid(_("An address has no spaces and no special characters. Copy it once more."), field=field)
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        raise Invalid(_("That is no address. Copy it once more; it begins with https://."), field=field) from None
    if parts.scheme not in ("https", "http"):
        said = parts.scheme or url[:20]
        raise Invalid(
            _("“%(scheme)s” is nothing we can call. Give an address that begins with https://.") % {"scheme": said}, field=field
        )
    if not parts.hostname:
        raise Invalid(_("That address names no server. Copy it once more."), field=field)
    if parts.username is not None or parts.password is not None:
        raise Invalid(_("Leave the user name and the password out of the address."), field=field)
    return parts


def _resolved(host: str, port: int, field: str) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        sentence = _("The server “%(host)s” cannot be found. Check how it is written.")
        raise Invalid(sentence % {"host": host}, code="not_found", field=field) from None
    return tuple(dict.fromkeys(str(where[0]) for *_kind, where in found))


def _check(address: str, host: str, *, is_tls: bool, field: str) -> None:
    """Networks that the settings name may be called, also without TLS; else only what is on the public internet, with it."""
    where = ipaddress.ip_address(address.partition("%")[0])
    if any(where in network for network in settings.WEBHOOK_ALLOWED_NETWORKS):
        return
    reached = _embedded(where) or where
    if reached.is_loopback or reached.is_unspecified:
        raise _refused(_("“%(host)s” is this machine itself, which is not called from here."), host, field)
    if reached.is_link_local:
        raise _refused(_("“%(host)s” leads to a link-local address, which is not called from here."), host, field)
    if not reached.is_global or reached.is_multicast or reached.is_reserved:
        raise _refused(_("“%(host)s” leads into a private network. Give an address on the public internet."), host, field)
    if not is_tls:
        raise _refused(
            _("What goes to “%(host)s” could be read on its way. Give an address that begins with https://."), host, field
        )


def _refused(sentence: str, host: str, field: str) -> Invalid:
    return Invalid(sentence % {"host": host}, code="address_not_allowed", field=field)


def _embedded(where):
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if where.version == 4:
        return None
    if where in _NAT64:
        return ipaddress.IPv4Address(where.packed[-4:])
    return where.ipv4_mapped or where.sixtofour or (where.teredo[1] if where.teredo else None)
