"""Following a link to see whether it leads anywhere. Only what is on the public internet is asked, at each step anew: whoever sends
us on cannot send us inside."""

import http.client
import ssl
from dataclasses import dataclass
from urllib.parse import urljoin

from django.utils.translation import gettext as _

from activity.channels.addresses import look_up
from activity.channels.webhooks import Connection
from activity.refusals import Refused

STEPS = 4
_HEADERS = {"User-Agent": "PartnerHub-Links/1", "Accept": "*/*", "Connection": "close"}
# These say that we are not welcome, not that there is nothing.
_NOT_FOR_US = (401, 403, 405, 429)


@dataclass(frozen=True)
class Followed:
    is_fine: bool
    sentence: str


def follow(url: str) -> Followed:
    """Never raises for what a network or a server can do."""
    for _step in range(STEPS):
        try:
            status, location = _asked(url)
        except Refused as refusal:
            return Followed(False, str(refusal))
        except ssl.SSLCertVerificationError as error:
            return Followed(False, _("Its certificate cannot be trusted: %(why)s.") % {"why": error.verify_message})
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Followed(False, _("No answer: %(why)s.") % {"why": str(error)[:120] or type(error).__name__})
        if not (300 <= status < 400 and location):
            return _judged(status)
        url = urljoin(url, location)
    return Followed(False, _("It leads on and on: more than %(n)d times.") % {"n": STEPS})


def _asked(url: str) -> tuple[int, str]:
    """By GET, since many servers do not know HEAD; what it says is not read."""
    connection = Connection(look_up(url.partition("#")[0]))
    try:
        connection.request("GET", connection.place.target, headers=_HEADERS)
        response = connection.getresponse()
        return response.status, response.headers.get("Location", "")
    finally:
        connection.close()


def _judged(status: int) -> Followed:
    if status < 300:
        return Followed(True, _("It leads somewhere."))
    if status in _NOT_FOR_US:
        return Followed(True, _("There is a server, which does not show it to us (%(status)s).") % {"status": status})
    if status in (404, 410):
        return Followed(False, _("There is nothing at that address (%(status)s).") % {"status": status})
    return Followed(False, _("The server answered %(status)s.") % {"status": status})
