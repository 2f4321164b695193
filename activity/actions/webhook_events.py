"""Telling integrators what happened: their messages are rows of the transaction in which it happened, so that none is lost."""

import json

from activity.events import EVENTS
from activity.models import Activity, WebhookEndpoint, WebhookMessage
from activity.reach import partners_within_reach


def tell_integrators(activity: Activity, subject=None) -> None:
    """Those who asked for this event and may see what it is about. A paused one gets it when it is resumed."""
    if activity.verb not in EVENTS:
        return
    states = WebhookEndpoint.State
    listening = WebhookEndpoint.objects.of_integrators().filter(events__contains=[activity.verb], owner__is_active=True)
    for endpoint in listening.select_related("owner"):
        seen, partner = _as_seen_by(endpoint.owner, activity)
        if not seen:
            continue
        waits = endpoint.state == states.ACTIVE
        WebhookMessage.objects.create(
            endpoint=endpoint, event=activity.verb, body=_body(activity, partner, subject),
            state=WebhookMessage.State.QUEUED if waits else WebhookMessage.State.SUPPRESSED,
            reason="" if waits else str(states(endpoint.state).label), settled_at=None if waits else activity.occurred_at,
        )  # fmt: skip


def _as_seen_by(owner, activity: Activity) -> tuple[bool, str | None]:
    """Whether they may know of it, and the partner's id."""
    if not owner.is_staff or not owner.has_perm(EVENTS[activity.verb]):
        return False, None
    if activity.partner_id is None:
        return True, None
    partner = partners_within_reach(owner).filter(pk=activity.partner_id).values_list("public_id", flat=True).first()
    return partner is not None, str(partner) if partner else None


def _body(activity: Activity, partner: str | None, subject) -> str:
    about = {"id": str(subject.public_id)} if getattr(subject, "public_id", None) else {}
    data = {"activity": str(activity.public_id), activity.subject_type.rpartition(".")[2] or "subject": about, "partner": partner}
    told = {"type": activity.verb, "timestamp": activity.occurred_at.isoformat(), "data": {k: v for k, v in data.items() if v}}
    return json.dumps(told, separators=(",", ":"))
