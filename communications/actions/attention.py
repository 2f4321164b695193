"""Taking a person's attention: in one statement it is asked whether there is room, and taken. Two workers that ask at once for the
same person wait for one another at that person's row, so that together they cannot take more than there is.

The rule in words is `communications/attention/budget.py`; the instants in a row are in order, so the newest that would be too many
is looked up and nothing is counted."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from activity.columns import column
from communications.attention.best_time import next_time
from communications.attention.budget import DAY, WEEK
from communications.channels.outcomes import Outcome
from communications.models import AttentionPolicy, AttentionPreference, Channel, Delivery, DeliveryState, Reason
from communications.models.attention import MOST
from communications.queries.attention import (
    Reader,
    attention_policy,
    best_hours,
    hour_or_default,
    more_important_waiting,
    passes_limits,
    readers_of,
)
from communications.queries.mail_window import MailWindow

_TAKE = """
    INSERT INTO communications_attention AS held (person, taken)
    SELECT person, ARRAY[%(now)s::timestamptz] FROM unnest(%(people)s::text[]) AS asked (person)
    WHERE %(passes)s OR least(%(day_room)s, %(week_room)s) > 0
    ORDER BY person
    ON CONFLICT (person) DO UPDATE
    SET taken = held.taken[greatest(1, cardinality(held.taken) - %(kept)s):]
        || greatest(%(now)s::timestamptz, held.taken[cardinality(held.taken)])
    WHERE %(passes)s OR (
        coalesce(held.taken[cardinality(held.taken) - %(day_room)s + 1] <= %(day_ago)s::timestamptz, true)
        AND coalesce(held.taken[cardinality(held.taken) - %(week_room)s + 1] <= %(week_ago)s::timestamptz, true))
    RETURNING person, taken[cardinality(taken)]
"""
# Rows are locked in the order in which `_TAKE` locks them.
_GIVE_BACK = """
    WITH back AS (SELECT * FROM unnest(%s::text[], %s::timestamptz[]) AS back (person, slot)),
    locked AS (SELECT person FROM communications_attention WHERE person IN (SELECT person FROM back) ORDER BY person FOR UPDATE)
    UPDATE communications_attention AS held
    SET taken = held.taken[:array_position(held.taken, back.slot) - 1] || held.taken[array_position(held.taken, back.slot) + 1:]
    FROM back JOIN locked USING (person)
    WHERE held.person = back.person AND back.slot = ANY(held.taken)
"""


def take_attention(
    people: Iterable[str], policy: AttentionPolicy, *, passes: bool = False, held_back: int = 0
) -> dict[str, datetime]:
    """Those for whom there was room, each with the instant that is now taken. Room is left for `held_back` more important ones;
    what `passes` the limits is taken all the same, and counts."""
    people = sorted(set(people))
    if not people:
        return {}
    now = timezone.now()
    day_room, week_room = policy.per_day - held_back, policy.per_week - held_back
    if not passes and min(day_room, week_room) <= 0:
        return {}
    parameters = {
        "people": column(people), "now": now, "passes": passes, "kept": MOST - 2,
        "day_room": day_room, "week_room": week_room,
        "day_ago": now - DAY, "week_ago": now - WEEK,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, parameters)
        return dict(cursor.fetchall())


@transaction.atomic
def give_back(slots: Iterable[tuple[str, datetime]]) -> None:
    """Nothing reached them after all."""
    for one_each in _one_each(slots):
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_BACK, [column(person for person, _slot in one_each), column(slot for _person, slot in one_each)])


def _one_each(slots: Iterable[tuple[str, datetime]]) -> list[list[tuple[str, datetime]]]:
    """A statement changes a row once; somebody who is there twice comes with the next."""
    of_person: dict[str, list[datetime]] = defaultdict(list)
    for person, slot in slots:
        of_person[person].append(slot)
    rounds = max(map(len, of_person.values()), default=0)
    return [[(person, own[nth]) for person, own in of_person.items() if nth < len(own)] for nth in range(rounds)]


@dataclass(frozen=True)
class Held:
    """A window of mails after each person was asked: the window with those who must wait taken out, what was taken of whose
    attention, and what is to be rolled up into whose digest."""

    window: MailWindow
    slots: dict[int, tuple[str, datetime]] = field(default_factory=dict)
    rolled_up: dict[int, Reader] = field(default_factory=dict)

    def taken_for_nothing(self, outcomes: dict[int, Outcome]) -> list[tuple[str, datetime]]:
        """What was refused or put off leaves no trace; what may have arrived, when a crash or a broken line left it open, does."""
        kept = (DeliveryState.DELIVERED, DeliveryState.IN_DOUBT)
        return [self.slots[pk] for pk, outcome in outcomes.items() if pk in self.slots and outcome.state not in kept]


def hold_to_attention(window: MailWindow) -> Held:
    """Quiet hours, best time, budget. Two statements for any number of people; few more where something more important is on its
    way, or the author chose everybody's best time."""
    announcement = window.version.announcement
    policy = attention_policy()
    passes = passes_limits(announcement, policy)
    ids = [recipient.contact_id for recipient in window.recipients]
    readers = readers_of(ids, announcement.programme)
    later = {} if passes else _later(window, readers)
    asking = {contact_id: reader for contact_id, reader in readers.items() if contact_id not in later}
    slots = _take(window, asking, policy, passes=passes)
    full = {contact_id: reader for contact_id, reader in asking.items() if contact_id not in slots}
    withheld = window.withheld | later | {contact_id: _had_enough(reader) for contact_id, reader in full.items()}
    rolled_up = {contact_id: reader for contact_id, reader in full.items() if reader.rhythm != AttentionPreference.Rhythm.NEVER}
    recipients = tuple(recipient for recipient in window.recipients if recipient.contact_id in slots)
    return Held(replace(window, recipients=recipients, withheld=withheld), slots, rolled_up)


def _had_enough(reader: Reader) -> Outcome:
    never = reader.rhythm == AttentionPreference.Rhythm.NEVER
    return Outcome(DeliveryState.SUPPRESSED, (Reason.HAD_ENOUGH if never else Reason.ROLLED_UP).value)


def _take(window: MailWindow, readers: dict[int, Reader], policy: AttentionPolicy, *, passes: bool) -> dict:
    """One statement where everybody is asked the same, which is nearly always: people before whom something more important waits,
    or for whom a digest waits, must leave room for it."""
    rivals = {} if passes else more_important_waiting(window.version.announcement, readers)
    asked: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for contact_id, reader in readers.items():
        held_back = 0 if passes else rivals.get(contact_id, 0) + _room_for_digest(window, reader)
        nth = 0  # someone who is in a window at two addresses is asked twice
        while reader.person in asked[nth, held_back]:
            nth += 1
        asked[nth, held_back][reader.person] = contact_id
    slots: dict[int, tuple[str, datetime]] = {}
    for (_nth, held_back), people in sorted(asked.items()):
        taken = take_attention(people, policy, passes=passes, held_back=held_back)
        slots |= {people[person]: (person, slot) for person, slot in taken.items()}
    return slots


def _room_for_digest(window: MailWindow, reader: Reader) -> int:
    """A digest that waits is not put off for ever by what is no more important than what is in it."""
    return int(reader.has_digest and window.version.announcement.weight in ("normal", "low"))


def _later(window: MailWindow, readers: dict[int, Reader]) -> dict[int, Outcome]:
    now = timezone.now()
    later = _best_times(window, readers, now)
    for contact_id, reader in readers.items():
        if until := reader.end_of_quiet(now):
            later[contact_id] = Outcome(DeliveryState.DEFERRED, Reason.QUIET_HOURS.value, until=until)
    return later


def _best_times(window: MailWindow, readers: dict[int, Reader], now: datetime) -> dict[int, Outcome]:
    """Where the author chose it: the first best hour after it is due, if it lies within the hours given for that."""
    hours, due_at = window.version.announcement.best_time_hours, window.version.announcement.send_at
    end = due_at + timedelta(hours=hours or 0)
    if not hours or now >= end:
        return {}
    best = {
        contact_id: next_time(due_at, hour_or_default(hour), readers[contact_id].zone)
        for contact_id, hour in best_hours(readers).items()
    }
    return {
        contact_id: Outcome(DeliveryState.DEFERRED, Reason.BEST_TIME.value, until=at)
        for contact_id, at in best.items()
        if now < at <= end
    }


def leave_in_portal(announcement_id: int, contact_ids: Iterable[int]) -> None:
    """What did not fit waits in the portal, also where the announcement did not name that channel."""
    now = timezone.now()
    mails = Delivery.objects.filter(announcement_id=announcement_id, channel=Channel.EMAIL, contact_id__in=list(contact_ids))
    Delivery.objects.bulk_create(
        [
            Delivery(announcement_id=mail.announcement_id, contact_id=mail.contact_id, partner_id=mail.partner_id,
                     channel=Channel.PORTAL, variant=mail.variant, state=DeliveryState.DELIVERED, settled_at=now)
            for mail in mails
        ],
        ignore_conflicts=True,
    )  # fmt: skip
