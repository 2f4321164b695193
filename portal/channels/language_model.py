"""A language model elsewhere, where one is configured: any server that speaks OpenAI's chat completions."""

import http.client
import json
from collections.abc import Sequence
from contextlib import closing

import structlog
from django.conf import settings

from activity.channels.addresses import place_set_by_operator
from activity.channels.webhooks import Connection
from activity.refusals import Refused

log = structlog.get_logger(__name__)

MOST_BYTES = 256 * 1024
MOST_TOKENS = 400


class ModelAwayError(Exception):
    """It did not answer in time, or not with a text."""


def is_configured() -> bool:
    return bool(settings.ASSISTANT_MODEL_URL)


def completion(messages: Sequence[dict]) -> str:
    """What it replies. Raises `ModelAwayError` for whatever a network or a server can do."""
    asked = {"model": settings.ASSISTANT_MODEL_NAME, "messages": list(messages), "temperature": 0, "max_tokens": MOST_TOKENS}
    try:
        reply = json.loads(_posted(json.dumps(asked).encode()))["choices"][0]["message"]["content"]
    except (OSError, http.client.HTTPException, Refused, ValueError, LookupError, TypeError) as error:
        log.warning("The language model did not answer", why=str(error)[:300] or type(error).__name__)
        raise ModelAwayError from error
    if not isinstance(reply, str):
        raise ModelAwayError
    return reply


def _posted(body: bytes) -> bytes:
    headers = {"Content-Type": "application/json", "User-Agent": "PartnerHub-Assistant/1", "Connection": "close"}
    if settings.ASSISTANT_MODEL_KEY:
        headers["Authorization"] = f"Bearer {settings.ASSISTANT_MODEL_KEY}"
    place = place_set_by_operator(f"{settings.ASSISTANT_MODEL_URL}/chat/completions")
    with closing(Connection(place, seconds=settings.ASSISTANT_MODEL_SECONDS)) as connection:
        connection.request("POST", place.target, body, headers)
        response = connection.getresponse()
        answered = response.read(MOST_BYTES)
        if response.status != http.client.OK:
            raise ValueError(f"answered {response.status}")
        return answered
