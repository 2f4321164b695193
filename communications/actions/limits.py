"""How many mails may go now, and what the answers of the servers taught.

The first statement of `take_allowances` locks the limits that matter to a window, so that workers take turns; what was let
through is then read and written under that lock. Where nothing is limited there is no lock and nothing is written."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid
from communications.channels.outcomes import Outcome
from communications.models import SERVER, DeliveryState, LimitOf, SendingGrant, SendingLimit, SendingPause
from communications.queries.limits import PERIODS, Use, limits_by_place, uses_of

ASKED_SO_OFTEN = 3  # a single greylisted mail does not stop a domain
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60))
_ASKS_FOR_THE_SERVER = re.compile(r"(421|429)\b|no connection to the mail server")
_ASKS_FOR_THE_DOMAIN = re.compile(r"451\b|4\d\d 4\.7\.")


@dataclass(frozen=True)
class Hold:
    """A mail that may not go before `until`. `why` is `limit:` or `asked:` and the place."""

    why: str
    until: datetime
    is_of_server: bool


def database_clock() -> datetime:
    """The same for all workers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


@transaction.atomic
def take_allowances(addresses: Mapping[int, str], *, clock: Callable[[], datetime] = database_clock) -> dict[int, Hold]:
    """Who of a window must wait; for all others their share of the limits is taken."""
    places = {contact_id: domain_of(address) for contact_id, address in addresses.items()}
    named = [SERVER, *sorted(set(places.values()))]
    pauses = {pause.place: pause for pause in SendingPause.objects.filter(place__in=named).exclude(until=None)}
    of_window = Q(domain__in=named[1:]) | ~Q(applies_to=LimitOf.DOMAIN)
    limits = limits_by_place(SendingLimit.objects.select_for_update().filter(of_window).order_by("pk"), named)
    if not limits and not pauses:
        return {}
    now = clock()
    paused = {place: pause.until for place, pause in pauses.items() if pause.until > now}
    return _share(places, paused, limits, now)


def hold_for(address: str) -> Hold | None:
    """The same for a mail that goes by itself: why it must wait, or nothing and its share is taken."""
    return take_allowances({0: address}).get(0)


def _share(places: dict[int, str], paused: dict[str, datetime], limits: dict[str, SendingLimit], now: datetime) -> dict[int, Hold]:
    uses = uses_of(limits, now)
    granted: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    holds: dict[int, Hold] = {}
    for contact_id, place in places.items():
        asked = next((one for one in (SERVER, place) if one in paused), None)
        full = next((one for one in (place, SERVER) if one in uses and granted[one] >= uses[one].free), None)
        if asked is not None:
            holds[contact_id] = Hold(f"asked:{asked}", paused[asked], asked == SERVER)
        elif full is not None:
            holds[contact_id] = Hold(f"limit:{full}", _turn(uses[full], granted[full], waiting[full], now), full == SERVER)
            waiting[full] += 1
        else:
            granted.update(one for one in (place, SERVER) if one in uses)
    SendingGrant.objects.filter(place__in=granted, at__lte=now - max(PERIODS.values())).delete()
    SendingGrant.objects.bulk_create([SendingGrant(place=place, at=now, mails=mails) for place, mails in granted.items()])
    return holds


def _turn(use: Use, granted: int, ahead: int, now: datetime) -> datetime:
    """When to ask again: once there is room, those further back in the row a period later each."""
    period, most = use.tightest
    return use.goes_on_at(granted, now) + period * (ahead // most)


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


# --- What the answers taught ---------------------------------------------------------------------------------------------


@transaction.atomic
def learn_from(answers: Iterable[tuple[str, Outcome]], *, clock: Callable[[], datetime] = timezone.now) -> None:
    """Leave alone who asks for it again and again. A mail that is taken ends that."""
    asked: dict[str, list[str]] = {}
    took: set[str] = set()
    for address, outcome in answers:
        if outcome.state == DeliveryState.DELIVERED:
            took |= {SERVER, domain_of(address)}
        elif outcome.state == DeliveryState.DEFERRED and _ASKS_FOR_THE_SERVER.match(outcome.reason):
            asked.setdefault(SERVER, []).append(outcome.reason)
        elif outcome.state == DeliveryState.DEFERRED and _ASKS_FOR_THE_DOMAIN.match(outcome.reason):
            asked.setdefault(domain_of(address), []).append(outcome.reason)
    if took:
        SendingPause.objects.filter(place__in=took).delete()
    for place in sorted(asked.keys() - took):
        _note_refusals(place, asked[place], clock())


def _note_refusals(place: str, said: list[str], now: datetime) -> None:
    """A pause that has begun is not made longer by the windows that were under way."""
    SendingPause.objects.get_or_create(place=place, defaults={"said": said[-1][:300], "since": now})
    rows = SendingPause.objects.filter(place=place)
    rows.update(refusals=F("refusals") + len(said), said=said[-1][:300])
    row = rows.select_for_update().first()
    if row is None or row.refusals < ASKED_SO_OFTEN or (row.until and row.until > now):
        return
    rows.update(until=now + PAUSES[min(row.pauses, len(PAUSES) - 1)], pauses=F("pauses") + 1)


# --- What managers decide ------------------------------------------------------------------------------------------------


@transaction.atomic
def set_limit(row: SendingLimit, values: dict, *, by: User) -> SendingLimit:
    """A new row or other figures for one that is there; from the next window of mails on."""
    for name, value in values.items():
        setattr(row, name, value)
    row.domain = row.domain.strip().lower()
    _check(row)
    row.save()
    record_activity("sending.limited", f"Sending limit of {row}: {figures(row)}", by=by, subject=row)
    return row


@transaction.atomic
def remove_limit(row: SendingLimit, *, by: User) -> None:
    record_activity("sending.unlimited", f"Sending limit removed: {row}", by=by, subject=row)
    row.delete()


def _check(row: SendingLimit) -> None:
    if (row.applies_to == LimitOf.DOMAIN) != bool(row.domain):
        raise Invalid(_("Name a domain where the limit is for one domain, and none otherwise."), field="domain")
    if not figures(row):
        raise Invalid(_("Give at least one figure: mails a second, a minute or an hour."), field="per_minute")
    if SendingLimit.objects.filter(applies_to=row.applies_to, domain=row.domain).exclude(pk=row.pk).exists():
        raise Invalid(_("There is a limit for this already. Change that one."), field="domain")


def figures(row: SendingLimit) -> str:
    known = {_("a second"): row.per_second, _("a minute"): row.per_minute, _("an hour"): row.per_hour}
    return ", ".join(f"{most} {period}" for period, most in known.items() if most)
