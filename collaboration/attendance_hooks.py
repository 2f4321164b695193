"""How we know that a message about attendance comes from the conference service: each meeting has a secret, derived and kept
nowhere; a Zoom app signs in its own way, everybody else as Standard Webhooks says."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping

from django.utils.crypto import salted_hmac
from standardwebhooks import Webhook, WebhookVerificationError

from collaboration.models import Meeting

OLDEST_SECONDS = 300


def hook_secret(meeting: Meeting) -> str:
    value = f"{meeting.public_id}:{meeting.hook_number}"
    return "whsec_" + base64.b64encode(salted_hmac("collaboration.attendance", value, algorithm="sha256").digest()).decode()


def is_signed(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    if "x-zm-signature" in headers:
        return is_signed_by_zoom(secret, headers, body)
    try:
        Webhook(secret).verify(
            body, {name: headers.get(name, "") for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
        )
    except (WebhookVerificationError, ValueError, UnicodeDecodeError):
        return False
    return True


def is_signed_by_zoom(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    stamp, given = headers.get("x-zm-request-timestamp", ""), headers.get("x-zm-signature", "")
    if not secret or not stamp.isascii() or not stamp.isdigit() or abs(time.time() - int(stamp[:13])) > OLDEST_SECONDS:
        return False
    return hmac.compare_digest(zoom_signature(secret, stamp, body).encode(), given.encode())


def zoom_signature(secret: str, stamp: str, body: bytes) -> str:
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()


def zoom_answer(secret: str, message: dict) -> str | None:
    """Zoom asks once, before it tells anything, whether we hold the secret; None where this is not that question."""
    if message.get("event") != "endpoint.url_validation":
        return None
    plain = str((message.get("payload") or {}).get("plainToken", ""))[:200]
    sealed = hmac.new(secret.encode(), plain.encode(), hashlib.sha256).hexdigest()
    return json.dumps({"plainToken": plain, "encryptedToken": sealed})
