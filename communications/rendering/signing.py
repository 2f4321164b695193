"""DKIM: the sender's domain signs the mail. Usually the mail server's work; here for those whose server does not do it.

With RSA it costs more than all the rest of a mail (`make bench` shows it apart)."""

import dkim
from django.conf import settings

# What a receiver should be able to rely on; `Date` and the address of return may be changed on the way.
_SIGNED = [b"from", b"to", b"subject", b"message-id", b"reply-to", b"list-unsubscribe", b"list-unsubscribe-post", b"mime-version",
           b"content-type"]  # fmt: skip


def signed(message: bytes) -> bytes:
    """The message as it is where no DKIM_DOMAIN is set."""
    if not settings.DKIM_DOMAIN:
        return message
    signature = dkim.sign(message, settings.DKIM_SELECTOR.encode(), settings.DKIM_DOMAIN.encode(), settings.DKIM_KEY,
                          canonicalize=(b"relaxed", b"relaxed"), include_headers=_SIGNED)  # fmt: skip
    return signature + message
