"""What a channel answers for one message."""

from dataclasses import dataclass
from datetime import datetime

from communications.models import DeliveryState


@dataclass(frozen=True)
class Outcome:
    """`state` is delivered, deferred, failed or in_doubt; `reason` is the server's own words. `refuses_address` is true when
    the server said that nobody lives there, so that it is not asked again. `until` is when to try again, where we put it off
    ourselves."""

    state: DeliveryState
    reason: str = ""
    refuses_address: bool = False
    until: datetime | None = None


DELIVERED = Outcome(DeliveryState.DELIVERED)
