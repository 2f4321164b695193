"""One message to one address: signed by Standard Webhooks, posted, and what came back. No database, so that many go at once.

A secret is derived from the portal's own key, the endpoint and a number, and kept nowhere: a copy of the database holds none."""

import base64
import http.client
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from standardwebhooks import Webhook

from activity.channels.addresses import Place, look_up
from activity.models import WebhookEndpoint, WebhookMessage
from activity.refusals import Refused

SECONDS_TO_CONNECT = 3.0
SECONDS_IN_ALL = 10.0
ANSWER_BYTES_READ = 2048
ANSWER_CHARACTERS_KEPT = 300


@dataclass(frozen=True)
class Answer:
    """`status` is None where none came; `is_lost` when the message had gone out by then, so that it may have been taken."""

    status: int | None
    text: str
    milliseconds: int
    is_lost: bool = False

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status == http.client.GONE

    @property
    def sentence(self) -> str:
        """Why it was no success."""
        if self.status is None:
            return self.text
        if 300 <= self.status < 400:
            return _("answered %(status)s, a redirect; redirects are not followed") % {"status": self.status}
        return _("answered %(status)s %(text)s") % {"status": self.status, "text": self.text[:200]}


def secret_of(endpoint: WebhookEndpoint, number: int | None = None) -> str:
    value = f"{endpoint.public_id}:{number or endpoint.secret_number}"
    return "whsec_" + base64.b64encode(salted_hmac("activity.webhooks", value, algorithm="sha256").digest()).decode()


def secrets_now(endpoint: WebhookEndpoint) -> list[str]:
    """The newest first; the one before it as long as it holds, too."""
    numbers = [endpoint.secret_number]
    if endpoint.previous_secret_until and endpoint.previous_secret_until > timezone.now():
        numbers.append(endpoint.secret_number - 1)
    return [secret_of(endpoint, number) for number in numbers]


def headers_of(message: WebhookMessage) -> dict[str, str]:
    """The id is the same at each try and the time is that of the try: both are signed with the body."""
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "PartnerHub-Webhooks/1", "Connection": "close"}
    if not message.endpoint.is_signed:
        return headers
    sent_at = datetime.fromtimestamp(int(timezone.now().timestamp()), UTC)
    key = f"msg_{message.public_id.hex}"
    signatures = [Webhook(secret).sign(key, sent_at, message.body) for secret in secrets_now(message.endpoint)]
    return headers | {
        "webhook-id": key,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def post(message: WebhookMessage) -> Answer:
    """Never raises for what a network or a server can do; the answer says it."""
    began = time.monotonic()
    status, text, is_lost = _posted(message.endpoint.url, message.body.encode(), headers_of(message))
    return Answer(status, text, int((time.monotonic() - began) * 1000), is_lost)


def _posted(url: str, body: bytes, headers: dict[str, str]) -> tuple[int | None, str, bool]:
    try:
        connection = Connection(look_up(url))
    except Refused as refusal:
        return None, str(refusal), False
    try:
        return _connected(connection) or _answered(connection, body, headers)
    finally:
        connection.close()


def _connected(connection: "Connection") -> tuple[None, str, bool] | None:
    """Why there is no connection, else None."""
    try:
        connection.connect()
    except ssl.SSLCertVerificationError as error:
        return None, _("its certificate cannot be trusted: %(why)s") % {"why": error.verify_message}, False
    except (OSError, ValueError) as error:
        return None, _("no connection: %(why)s") % {"why": error}, False
    return None


def _answered(connection: "Connection", body: bytes, headers: dict[str, str]) -> tuple[int | None, str, bool]:
    try:
        connection.request("POST", connection.place.target, body, headers)
        response = connection.getresponse()
        return response.status, _text(response.read(ANSWER_BYTES_READ)), False
    except (OSError, http.client.HTTPException, ValueError) as error:
        if connection.is_late or isinstance(error, TimeoutError):
            return None, _("no answer within %(n)d seconds") % {"n": SECONDS_IN_ALL}, True
        return None, _("the connection was lost before an answer came: %(why)s") % {"why": error or type(error).__name__}, True


def _text(answer: bytes) -> str:
    text = "".join(letter if letter.isprintable() else " " for letter in answer.decode(errors="replace"))
    return " ".join(text.split())[:ANSWER_CHARACTERS_KEPT]


class Connection(http.client.HTTPConnection):
    """To one of the addresses that were judged, asked for by its name. Whoever answers drop by drop is cut off in time."""

    def __init__(self, place: Place, *, seconds: float | None = None):
        seconds = SECONDS_IN_ALL if seconds is None else seconds
        super().__init__(place.host, place.port, timeout=seconds)
        self.place = place
        self.default_port = 443 if place.is_tls else 80  # what the Host header leaves out
        self.is_late = False
        self.watch = threading.Timer(seconds, self._cut_off)
        self.watch.daemon = True

    def connect(self) -> None:
        self.sock = self._opened()
        self.watch.start()
        self.sock.settimeout(self.timeout)
        if self.place.is_tls:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.place.host, do_handshake_on_connect=False)
            self.sock.do_handshake()

    def close(self) -> None:
        self.watch.cancel()
        super().close()

    def _opened(self) -> socket.socket:
        failed: OSError | None = None
        for address in self.place.addresses[:2]:
            try:
                return socket.create_connection((address, self.place.port), timeout=SECONDS_TO_CONNECT)
            except OSError as error:
                failed = error
        raise failed or OSError(_("no address"))

    def _cut_off(self) -> None:
        self.is_late = True
        with suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
