"""What a provider's answer to a call means for the mails of the call."""

import requests
from anymail.exceptions import AnymailRequestsAPIError
from anymail.message import AnymailRecipientStatus
from urllib3.exceptions import NewConnectionError

from communications.channels.outcomes import DELIVERED, Outcome
from communications.models import DeliveryState

# Told before anything was done: nothing of the call was sent.
_NOT_NOW = (401, 403, 404, 408, 429, 503)


class RefusedError(Exception):
    """The provider takes nothing of this call, and would not another time."""


def outcome_of_status(status: AnymailRecipientStatus | None) -> Outcome:
    """As for a mail server, what the provider has taken is delivered. An address is given up only where it says that it is none."""
    said = status.status if status else None
    if said in ("sent", "queued"):
        return DELIVERED
    if said in ("invalid", "rejected", "failed"):
        return Outcome(DeliveryState.FAILED, f"the mail provider says: {said}", refuses_address=said == "invalid")
    return Outcome(DeliveryState.IN_DOUBT, "the mail provider did not say what became of it")


def outcome_of_error(error: AnymailRequestsAPIError) -> Outcome:
    """For every mail of the call. `RefusedError` where it is about what the call said, so that some of its mails may be fine."""
    if error.response is None:
        return _not_answered(error.__cause__ or error)
    code = error.response.status_code
    said = f"{code} {_one_line(error.response.text)}"
    if code in _NOT_NOW:
        return Outcome(DeliveryState.DEFERRED, said)
    if 400 <= code < 500:
        raise RefusedError(said)
    return Outcome(DeliveryState.IN_DOUBT, f"the mail provider may have taken it: {said}")


def _not_answered(cause: BaseException) -> Outcome:
    if _was_never_reached(cause):
        return Outcome(DeliveryState.DEFERRED, f"no connection to the mail server: {_one_line(str(cause))}")
    return Outcome(DeliveryState.IN_DOUBT, f"the mail provider did not answer: {type(cause).__name__}")


def _was_never_reached(cause: BaseException) -> bool:
    """Only where that is certain: a connection that broke may have brought everything over before."""
    reason = getattr(cause.args[0], "reason", None) if cause.args else None
    is_distrusted = isinstance(cause, requests.exceptions.SSLError) and "certificate verify failed" in str(cause)
    return isinstance(cause, requests.ConnectTimeout) or isinstance(reason, NewConnectionError) or is_distrusted


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
