"""`Idempotency-Key` on a POST: the same key and body again gets the first answer, and nothing is done twice.

An advisory lock stands for "in flight": it lives exactly as long as the transaction that does the work, so a process that
dies leaves neither a lock nor half of the work behind. Answers are kept for a day."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta

from django.core.files import File
from django.db import connection, transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from rest_framework.response import Response

from accounts.models import IdempotentAnswer, User
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
    digest = _digest(request)  # before the work, which may move a file away
    kept = IdempotentAnswer.objects.filter(owner=request.user, key=key, answered_at__gt=timezone.now() - KEPT_FOR).first()
    if kept:
        return _again(kept, digest)
    response = work()
    _keep(key, request.user, digest, response)
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


def _again(kept: IdempotentAnswer, digest: str) -> Response:
    if kept.digest != digest:
        raise Invalid(_("This Idempotency-Key was used for another request. Use a new key."), code="idempotency_key")
    return Response(kept.body, kept.status, headers={"Idempotent-Replayed": "true"})


def _keep(key: str, owner: User, digest: str, response: Response) -> None:
    IdempotentAnswer.objects.filter(answered_at__lte=timezone.now() - KEPT_FOR).delete()
    IdempotentAnswer.objects.create(owner=owner, key=key, digest=digest, status=response.status_code, body=response.data)


def _digest(request) -> str:
    """Of what was asked, not of its bytes: a client may order its JSON differently the second time."""
    asked = json.dumps([request.path, _said(request.data)], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()


def _said(data):
    """A form says each name more than once, and a file by what is in it."""
    if not isinstance(data, MultiValueDict):
        return data
    return {name: [_said_of_file(each) if isinstance(each, File) else each for each in values] for name, values in data.lists()}


def _said_of_file(file: File) -> list[str]:
    file.seek(0)
    said = [file.name or "", hashlib.file_digest(file, "sha256").hexdigest()]
    file.seek(0)
    return said
