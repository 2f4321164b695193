"""The life of an endpoint: set up, tried, its secret exchanged, paused, resumed, removed. Switched off when nothing answers."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions.activities import record_activity
from activity.actions.tasks import create_task
from activity.channels.addresses import look_up
from activity.channels.webhooks import secret_of
from activity.events import EVENTS
from activity.models import WebhookEndpoint, WebhookMessage
from activity.models.webhooks import WAITING
from activity.refusals import Invalid, Refused

BOTH_SECRETS_HOLD_FOR = timedelta(days=1)
TESTS_AN_HOUR = 10
AT_MOST_OF_ONE = 20
_State = WebhookEndpoint.State


@transaction.atomic
def add_endpoint(
    *, by, name: str, url: str, form: str = WebhookEndpoint.Form.SIGNED, partner_id: int | None = None, events: Iterable[str] = ()
) -> WebhookEndpoint:
    """Of a partner, or, with `events`, of the integrator who adds it."""
    name, url, events = _name(name), url.strip(), _events(events, partner_id)
    if form not in WebhookEndpoint.Form.values or (partner_id is None and form != WebhookEndpoint.Form.SIGNED):
        raise Invalid(_("Choose one of the forms that are offered."), field="form")
    look_up(url)
    same_owner = {"partner_id": partner_id} if partner_id else {"partner_id": None, "owner": by}
    others = WebhookEndpoint.objects.kept().filter(**same_owner)
    if others.filter(url=url).exists():
        raise Refused(_("There is a webhook with this address already."), code="exists", field="url")
    if others.count() >= AT_MOST_OF_ONE:
        raise Refused(_("There are %(n)d webhooks already. Remove one first.") % {"n": AT_MOST_OF_ONE})
    endpoint = WebhookEndpoint.objects.create(name=name, url=url, form=form, partner_id=partner_id, events=events, owner=by)
    _tell(endpoint, "webhook.added", _("Webhook “%(name)s” was added"), by=by)
    return endpoint


@transaction.atomic
def rotate_secret(endpoint: WebhookEndpoint, *, by) -> str:
    """The new secret. The one before it signs for another day, too, so that nothing is refused meanwhile."""
    row = _locked(endpoint)
    if not row.is_signed:
        raise Refused(_("Only signed webhooks have a secret."))
    row.secret_number += 1
    row.previous_secret_until = timezone.now() + BOTH_SECRETS_HOLD_FOR
    row.save(update_fields=["secret_number", "previous_secret_until"])
    _tell(row, "webhook.rotated", _("Webhook “%(name)s” has a new secret"), by=by)
    return secret_of(row)


@transaction.atomic
def pause_endpoint(endpoint: WebhookEndpoint, *, by) -> None:
    """From now on nothing goes there. What waits is withheld and stays on record."""
    row = _locked(endpoint)
    if row.state != _State.ACTIVE:
        raise Refused(_("“%(name)s” is %(state)s already.") % {"name": row, "state": row.get_state_display()})
    _stop(row, _State.PAUSED, "", withheld=_("paused by its owner"))
    _tell(row, "webhook.paused", _("Webhook “%(name)s” was paused"), by=by)


@transaction.atomic
def resume_endpoint(endpoint: WebhookEndpoint, *, by) -> None:
    """Also of one that was switched off. An integrator gets the events that were withheld meanwhile; a partner's people have read
    the announcements in the portal."""
    row = _locked(endpoint)
    if row.state == _State.ACTIVE:
        raise Refused(_("“%(name)s” is active already.") % {"name": row})
    look_up(row.url)
    row.state, row.reason, row.failures = _State.ACTIVE, "", 0
    row.save(update_fields=["state", "reason", "failures"])
    withheld = row.messages.filter(state=WebhookMessage.State.SUPPRESSED, source_id=None)
    withheld.update(state=WebhookMessage.State.QUEUED, reason="", due_at=timezone.now(), settled_at=None, attempts=0)
    _tell(row, "webhook.resumed", _("Webhook “%(name)s” was resumed"), by=by)


@transaction.atomic
def remove_endpoint(endpoint: WebhookEndpoint, *, by) -> None:
    """Its address is forgotten; what it was told stays counted."""
    row = _locked(endpoint)
    _stop(row, _State.REMOVED, "", withheld=_("the webhook was removed"))
    _tell(row, "webhook.removed", _("Webhook “%(name)s” was removed"), by=by)
    WebhookEndpoint.objects.filter(pk=row.pk).update(url="", events=[])


@transaction.atomic
def disable_endpoint(endpoint: WebhookEndpoint, reason: str) -> None:
    """Nobody answers there any more: its owner is told, and may resume it."""
    row = _locked(endpoint)
    if row.state != _State.ACTIVE:
        return
    _stop(row, _State.DISABLED, reason, withheld=_("the webhook was switched off"))
    _tell(row, "webhook.disabled", _("Webhook “%(name)s” was switched off"), by=None)
    is_partners = row.partner_id is not None
    create_task(
        _("Webhook “%(name)s” was switched off: see to its address") % {"name": row.name}, by=None, detail=reason, source=row,
        partner_id=row.partner_id, is_shared=is_partners, owner=None if is_partners else _reachable(row.owner),
    )  # fmt: skip


@transaction.atomic
def send_test_message(endpoint: WebhookEndpoint, body: str, *, by) -> WebhookMessage:
    """It is sent at once and tried like any other."""
    row = _locked(endpoint)
    if row.state != _State.ACTIVE:
        raise Refused(_("“%(name)s” is %(state)s. Resume it first.") % {"name": row, "state": row.get_state_display()})
    lately = timezone.now() - timedelta(hours=1)
    if row.messages.filter(event="test", created_at__gt=lately).count() >= TESTS_AN_HOUR:
        raise Refused(_("%(n)d tests went there within an hour. Wait a little.") % {"n": TESTS_AN_HOUR})
    return WebhookMessage.objects.create(endpoint=row, event="test", body=body)


def _stop(row: WebhookEndpoint, state: str, reason: str, *, withheld: str) -> None:
    row.state, row.reason = state, reason[:300]
    row.save(update_fields=["state", "reason"])
    waiting = row.messages.filter(state__in=WAITING)
    waiting.update(state=WebhookMessage.State.SUPPRESSED, reason=withheld[:300], settled_at=timezone.now())


def _locked(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    row = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    if row.state == _State.REMOVED:
        raise Refused(_("This webhook was removed."))
    return row


def _reachable(owner):
    return owner if owner is not None and owner.is_active else None


def _name(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > 100:
        raise Invalid(_("Give it a name of at most 100 characters."), field="name")
    return name


def _events(events: Iterable[str], partner_id: int | None) -> list[str]:
    events = list(dict.fromkeys(events))
    unknown = [event for event in events if event not in EVENTS]
    if unknown:
        words = {"event": unknown[0][:60], "known": ", ".join(EVENTS)}
        raise Invalid(_("There is no event “%(event)s”. Known are: %(known)s.") % words, field="events")
    if partner_id is None and not events:
        raise Invalid(_("Choose at least one event out of: %(known)s.") % {"known": ", ".join(EVENTS)}, field="events")
    return events


def _tell(row: WebhookEndpoint, verb: str, sentence: str, *, by) -> None:
    record_activity(verb, sentence % {"name": row.name}, by=by, partner_id=row.partner_id, subject=row)
