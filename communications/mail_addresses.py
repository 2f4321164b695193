"""An address as it travels: ASCII throughout, since a domain may have letters of any alphabet."""

import re
from functools import lru_cache

_TOLD = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")  # printable, without blanks and angle brackets


@lru_cache(maxsize=1000)
def on_the_wire(address: str) -> str:
    """Empty when no mail can be sent there. Asked for several times a mail."""
    if not address.isascii():
        local, _at, domain = address.rpartition("@")
        try:
            address = f"{local}@{domain.encode('idna').decode()}"
        except UnicodeError:
            return ""
    return address if _TOLD.fullmatch(address) else ""
