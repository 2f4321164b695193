"""Calling our own side: whoever has a role at the start, later whom a rung names. Each call is a row first and then a mail.

A mail that a crash left open is handed over again: a manager who is called twice is better than one who is not called."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.notice_names import NoticeName
from activity.refusals import Refused
from communications.actions.limits import Hold, hold_for, learn_from
from communications.channels.contract import hand_over_one
from communications.channels.mail import mail_channel
from communications.channels.outcomes import Outcome
from communications.models import Crisis, CrisisAlarm, CrisisCall, DeliveryState
from communications.rendering.crisis_mails import call_mail
from communications.rendering.signing import signed

AT_MOST_A_RUN = 100
TRIES = 5
TRY_AGAIN_AFTER = timedelta(seconds=30)
ABANDONED_AFTER = timedelta(minutes=2)


def call_roles(crisis: Crisis) -> int:
    """Everybody who has a role, and who stands in, with what they are to do."""
    duties: dict[int, list[str]] = {}
    for role in crisis.version.roles:
        said = f"{role['name']}: {role['duty']}" if role["duty"] else role["name"]
        for user_id in (role["holder"], role["stand_in"]):
            if user_id:
                duties.setdefault(user_id, []).append(said)
    return call_users(crisis, {user_id: "; ".join(dict.fromkeys(said))[:500] for user_id, said in duties.items()})


def call_users(crisis: Crisis, words: dict[int, str], *, alarm: CrisisAlarm | None = None, role: str = "") -> int:
    """One call to each; those who cannot sign in any more are left out. Returns how many."""
    active = User.objects.filter(pk__in=words, is_active=True, is_staff=True).values_list("pk", flat=True)
    calls = [CrisisCall(crisis=crisis, user_id=pk, alarm=alarm, role=role[:80], words=words[pk]) for pk in active]
    CrisisCall.objects.bulk_create(calls, ignore_conflicts=True)
    return len(calls)


@transaction.atomic
def take_call(crisis: Crisis, *, by: User) -> int:
    """Somebody on our side is on it."""
    taken = CrisisCall.objects.filter(crisis=crisis, user=by, taken_at=None).update(taken_at=timezone.now())
    if not taken:
        raise Refused(_("You were not called in this crisis, or you said already that you are on it."))
    record_activity("crisis.taken", f"{by} is on it: “{crisis}”", by=by, subject=crisis)
    return taken


def end_calls(crisis: Crisis) -> None:
    """What has not left need not leave any more."""
    CrisisCall.objects.filter(crisis=crisis, state=CrisisCall.State.QUEUED).update(
        state=CrisisCall.State.ENDED, settled_at=timezone.now()
    )


def send_calls() -> int:
    """Hand over what is due. Returns how many were taken; workers that run at once take different ones."""
    calls = _claim()
    if not calls:
        return 0
    with mail_channel() as channel:
        for call in calls:
            if hold := hold_for(call.user.email):
                _put_off(call, hold)
                continue
            sender = NoticeName("crisis", call.pk).return_address(call.crisis.programme.sender_email)
            outcome = hand_over_one(channel, sender, call.user.email, signed(call_mail(call)))
            learn_from([(call.user.email, outcome)])
            _settle(call, outcome)
    return len(calls)


@transaction.atomic
def _claim() -> list[CrisisCall]:
    now = timezone.now()
    CrisisCall.objects.filter(state=CrisisCall.State.SENDING, due_at__lt=now - ABANDONED_AFTER).update(
        state=CrisisCall.State.QUEUED
    )
    rows = CrisisCall.objects.filter(state=CrisisCall.State.QUEUED, due_at__lte=now).order_by("due_at", "pk")
    calls = list(rows.select_for_update(skip_locked=True, of=("self",)).select_related("crisis__programme", "user")[:AT_MOST_A_RUN])
    CrisisCall.objects.filter(pk__in=[call.pk for call in calls]).update(state=CrisisCall.State.SENDING, due_at=now)
    return calls


def _put_off(call: CrisisCall, hold: Hold) -> None:
    """The limits of sending hold for these mails, too; it counts as no attempt."""
    CrisisCall.objects.filter(pk=call.pk).update(state=CrisisCall.State.QUEUED, due_at=hold.until, reason=hold.why)


def _settle(call: CrisisCall, outcome: Outcome) -> None:
    now, row = timezone.now(), CrisisCall.objects.filter(pk=call.pk)
    if outcome.state == DeliveryState.DELIVERED:
        row.update(state=CrisisCall.State.DELIVERED, reason="", settled_at=now, attempts=call.attempts + 1)
    elif outcome.state == DeliveryState.DEFERRED and call.attempts + 1 < TRIES:
        again = outcome.until or now + TRY_AGAIN_AFTER * (call.attempts + 1)
        row.update(state=CrisisCall.State.QUEUED, reason=outcome.reason[:300], due_at=again, attempts=call.attempts + 1)
    else:
        row.update(state=CrisisCall.State.FAILED, reason=outcome.reason[:300], settled_at=now, attempts=call.attempts + 1)
