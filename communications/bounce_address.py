"""Where a mail that cannot be delivered is sent back to: an address of its own for each mail, sealed like its links."""

from django.conf import settings

from communications.models import Channel
from communications.tracking_tokens import Place, TrackingToken, read_token


def bounce_address(announcement_id: int, contact_id: int, version: int) -> str:
    """Empty where no BOUNCE_ADDRESS is set: mails then come back to their sender."""
    local, at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{TrackingToken(announcement_id, contact_id, Channel.EMAIL, version, Place.BOUNCE)}@{domain}" if at else ""


def token_of(address: str) -> TrackingToken | None:
    """Which mail the address was made for; None for any other, also one that was made up."""
    return read_bounce_token(address.rpartition("@")[0].partition("+")[2])


def read_bounce_token(text: str) -> TrackingToken | None:
    """None for a token that was made for something else."""
    token = read_token(text)
    return token if token is not None and token.link == Place.BOUNCE else None
