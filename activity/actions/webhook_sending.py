"""Webhooks handed over: a try each, and what became of it.

Endpoints that answer and endpoints that do not go in two lanes, each worked by one task at a time: who is slow keeps only those
waiting who are slow, too. Several endpoints are posted to at once, each with one message after the other."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions.activities import record_activity
from activity.actions.webhook_endpoints import disable_endpoint
from activity.channels.webhooks import Answer, post
from activity.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from activity.models.webhooks import WAITING
from activity.refusals import Refused

# After each try that failed; ten tries in all, over 75 hours.
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
TRIES = len(PAUSES) + 1
JITTER = 0.1
ENDPOINTS_AT_ONCE = 16
SECONDS_A_TASK = 20.0
LEASE = timedelta(seconds=90)
_State = WebhookMessage.State


def send_webhooks(*, failing: bool) -> int:
    """Work in one lane for a while. Returns how many tries were made."""
    settle_abandoned()
    endpoints = _take(failing=failing)
    deadline, tries = time.monotonic() + SECONDS_A_TASK, 0
    if not endpoints:
        return tries
    going_on = {endpoint.pk for endpoint in endpoints}
    with ThreadPoolExecutor(max_workers=len(endpoints)) as pool:
        while time.monotonic() < deadline and (messages := _claim(going_on)):
            for message, answer in zip(messages, pool.map(post, messages), strict=True):
                tries += 1
                if not _settle(message, answer):
                    going_on.discard(message.endpoint_id)
    WebhookEndpoint.objects.filter(pk__in=[endpoint.pk for endpoint in endpoints]).update(leased_until=None)
    return tries


def settle_abandoned() -> int:
    """What a worker that vanished was handing over. Who is signed to knows a message that comes again by its id, so it is sent
    again; a chat room would show it twice, so a person decides."""
    left = WebhookMessage.objects.filter(state=_State.SENDING).filter(
        Q(endpoint__leased_until=None) | Q(endpoint__leased_until__lt=timezone.now())
    )
    signed = left.filter(endpoint__form=WebhookEndpoint.Form.SIGNED).values("pk")
    again = WebhookMessage.objects.filter(pk__in=signed).update(state=_State.QUEUED, due_at=timezone.now())
    in_doubt = {"state": _State.IN_DOUBT, "reason": _("the worker stopped while it was being sent"), "settled_at": timezone.now()}
    return again + WebhookMessage.objects.filter(pk__in=left.values("pk")).update(**in_doubt)


@transaction.atomic
def send_again(message: WebhookMessage, *, by) -> None:
    """A person decided to: all tries anew."""
    row = WebhookMessage.objects.select_for_update(of=("self",)).select_related("endpoint").get(pk=message.pk)
    if not row.body:
        raise Refused(_("What this message said is not kept any more, so it cannot be sent again."))
    if not row.may_be_sent_again:
        raise Refused(_("This message is %(state)s, so there is nothing to send again.") % {"state": row.get_state_display()})
    if not row.endpoint.is_active:
        words = {"name": row.endpoint, "state": row.endpoint.get_state_display()}
        raise Refused(_("“%(name)s” is %(state)s. Resume it first.") % words)
    row.state, row.reason, row.attempts, row.settled_at = _State.QUEUED, "", 0, None
    row.due_at, row.not_after, row.is_held = timezone.now(), None, False
    row.save()
    record_activity("webhook.sent_again", _("A message to the webhook “%(name)s” is sent again") % {"name": row.endpoint}, by=by,
                    partner_id=row.endpoint.partner_id, subject=row.endpoint)  # fmt: skip


@transaction.atomic
def _take(*, failing: bool) -> list[WebhookEndpoint]:
    """Endpoints with something due, the lease on them taken; none while another task works in this lane."""
    now = timezone.now()
    lane = WebhookEndpoint.objects.filter(state=WebhookEndpoint.State.ACTIVE)
    lane = lane.filter(failures__gt=0) if failing else lane.filter(failures=0)
    if lane.filter(leased_until__gte=now).exists():
        return []
    due = _due(now).filter(endpoint=OuterRef("pk"))
    taken = list(lane.filter(Exists(due)).order_by("last_success_at", "pk").select_for_update(skip_locked=True)[:ENDPOINTS_AT_ONCE])
    WebhookEndpoint.objects.filter(pk__in=[endpoint.pk for endpoint in taken]).update(leased_until=now + LEASE)
    return taken


@transaction.atomic
def _claim(endpoint_ids: set[int]) -> list[WebhookMessage]:
    """The oldest due message of each, written down as being sent before anything leaves. What came too late is withheld."""
    now = timezone.now()
    mine = WebhookMessage.objects.filter(endpoint__in=endpoint_ids, state__in=WAITING)
    late = {"state": _State.SUPPRESSED, "reason": _("expired before it could be sent"), "settled_at": now}
    mine.filter(not_after__lte=now).update(**late)
    first = _due(now).filter(endpoint__in=endpoint_ids, endpoint__state=WebhookEndpoint.State.ACTIVE)
    ids = first.order_by("endpoint_id", "due_at", "pk").distinct("endpoint_id").values_list("pk", flat=True)
    rows = WebhookMessage.objects.select_for_update(of=("self",), skip_locked=True).select_related("endpoint")
    claimed = list(rows.filter(pk__in=list(ids), state__in=WAITING))
    for message in claimed:
        message.attempts += 1
        message.state = _State.SENDING
    WebhookMessage.objects.bulk_update(claimed, ["attempts", "state"])
    return claimed


def _due(now: datetime):
    return WebhookMessage.objects.filter(state__in=WAITING, due_at__lte=now, is_held=False)


@dataclass(frozen=True)
class _Became:
    state: str
    reason: str = ""
    due_at: datetime | None = None


@transaction.atomic
def _settle(message: WebhookMessage, answer: Answer) -> bool:
    """Write down the answer and what follows from it. True where the next message may go there at once."""
    now = timezone.now()
    WebhookAttempt.objects.create(
        message=message, at=now, status=answer.status, answer=answer.text[:500], milliseconds=answer.milliseconds
    )
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=message.endpoint_id)
    endpoint.failures = 0 if answer.is_success else endpoint.failures + 1
    endpoint.last_success_at = now if answer.is_success else endpoint.last_success_at
    endpoint.save(update_fields=["failures", "last_success_at"])
    became = _what_became(message, answer, now)
    if became.due_at and not endpoint.is_active:
        became = _Became(_State.SUPPRESSED, str(endpoint.get_state_display()))
    settled_at = None if became.due_at else now
    WebhookMessage.objects.filter(pk=message.pk, state=_State.SENDING).update(
        state=became.state, reason=became.reason[:300], due_at=became.due_at or now, settled_at=settled_at
    )
    if answer.is_gone:
        disable_endpoint(message.endpoint, _("The receiver says that nobody is there any more (410 Gone)."))
    elif became.state == _State.FAILED and (endpoint.last_success_at or message.created_at) <= message.created_at:
        disable_endpoint(message.endpoint, _("Ten tries in a row failed; the last one: %(why)s") % {"why": answer.sentence})
    return answer.is_success


def _what_became(message: WebhookMessage, answer: Answer, now: datetime) -> _Became:
    if answer.is_success:
        return _Became(_State.DELIVERED)
    if answer.is_gone:
        return _Became(_State.FAILED, answer.sentence)
    if answer.is_lost and not message.endpoint.is_signed:
        return _Became(_State.IN_DOUBT, answer.sentence)
    if message.attempts >= TRIES:
        return _Became(_State.FAILED, _("given up after %(n)d tries: %(why)s") % {"n": TRIES, "why": answer.sentence})
    return _Became(_State.DEFERRED, answer.sentence, now + _pause(message.attempts))


def _pause(attempts: int) -> timedelta:
    """Not to the second, so that receivers that were away together are not called together."""
    return PAUSES[attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - nothing is to be kept from anybody
