"""How often one network may ask to join: enough for an office, too little for a list of addresses."""

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from activity.refusals import Refused

ASKED_AT_MOST = 20
WITHIN_SECONDS = 3600


def check_pace(request) -> None:
    network = hashlib.sha256(_network_of(request).encode()).hexdigest()[:32]
    asked = cache.get(f"asks_to_join:{network}", 0) + 1
    cache.set(f"asks_to_join:{network}", asked, WITHIN_SECONDS)
    if asked > ASKED_AT_MOST:
        raise Refused(_("From your network somebody has asked very often. Try again in an hour."), code="too_often")


def _network_of(request) -> str:
    """What our own proxy saw; whatever else stands in the header, its sender wrote."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
