"""Log lines about sending: announcements by their public id, people by their contact's id, never a name or an address."""

import re
from collections import Counter
from collections.abc import Mapping

import structlog

from communications.channels.outcomes import Outcome
from communications.models import Announcement, DeliveryChunk, DeliveryState

logger = structlog.get_logger("partnerhub.sending")
_CODE = re.compile(r"[245]\d\d( \d\.\d{1,3}\.\d{1,3})?")


def log_announcement(event: str, announcement: Announcement, **facts) -> None:
    logger.info(event, announcement=str(announcement.public_id), **facts)


def log_chunk(event: str, chunk: DeliveryChunk, **facts) -> None:
    log_announcement(event, chunk.announcement, channel=chunk.channel, chunk=chunk.number, **facts)


def log_outcomes(chunk: DeliveryChunk, outcomes: Mapping[int, Outcome], attempts: Mapping[int, int]) -> None:
    """One line for the window, and one for each that was not delivered. Of a server's words only the codes are kept: the rest
    may quote an address, and stands in the report."""
    log_chunk("window_settled", chunk, **Counter(str(outcome.state) for outcome in outcomes.values()))
    for contact_id, outcome in outcomes.items():
        if outcome.state != DeliveryState.DELIVERED:
            code = _CODE.match(outcome.reason)
            log_chunk("not_delivered", chunk, contact=contact_id, attempt=attempts.get(contact_id, 0), state=str(outcome.state),
                      code=code[0] if code else "")  # fmt: skip
