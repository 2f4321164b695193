"""`Idempotency-Key` on a POST: the same key and body again gets the first answer, and nothing is done twice.

An advisory lock stands for "in flight": it lives exactly as long as the transaction that does the work, so a process that
dies leaves neither a lock nor half of the work behind. Answers are kept for a day."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.response import Response

from accounts.models import IdempotentAnswer
from activity.refusals import Invalid, Refused

KEPT_FOR = timedelta(days=1)
WELL_FORMED = re.compile("[!-~]{1,255}")


@transaction.atomic
def once_per_key(request, work: Callable[[], Response]) -> Response:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return work()
    _check(key)
    _lock(request.user.pk, key)
    kept = IdempotentAnswer.objects.filter(owner=request.user, key=key, answered_at__gt=timezone.now() - KEPT_FOR).first()
    if kept:
        return _again(kept, request)
    response = work()
    _keep(key, request, response)
    return response


def _check(key: str) -> None:
    if not WELL_FORMED.fullmatch(key):
        raise Invalid(_("An Idempotency-Key is 1 to 255 printable ASCII characters without spaces."), code="idempotency_key")


def _lock(owner_id: int, key: str) -> None:
    number = int.from_bytes(hashlib.sha256(f"{owner_id}:{key}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise Refused(_("A request with this Idempotency-Key is being worked on. Try again in a second."), code="in_flight")


def _again(kept: IdempotentAnswer, request) -> Response:
    if kept.digest != _digest(request):
        raise Invalid(_("This Idempotency-Key was used for another request. Use a new key."), code="idempotency_key")
    return Response(kept.body, kept.status, headers={"Idempotent-Replayed": "true"})


def _keep(key: str, request, response: Response) -> None:
    IdempotentAnswer.objects.filter(answered_at__lte=timezone.now() - KEPT_FOR).delete()
    IdempotentAnswer.objects.create(
        owner=request.user, key=key, digest=_digest(request), status=response.status_code, body=response.data
    )


def _digest(request) -> str:
    """Of what was asked, not of its bytes: a client may order its JSON differently the second time."""
    asked = json.dumps([request.path, request.data], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()
