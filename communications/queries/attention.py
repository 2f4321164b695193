"""Who the people behind contacts are, how much of their budget is used, and when they want to be left alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, DateTimeField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from activity.columns import among
from communications.attention.best_time import WHERE_NOTHING_IS_KNOWN, best_hour, next_time
from communications.attention.budget import DAY, WEEK, Used, used_at
from communications.attention.priorities import more_important_than, priority_of
from communications.attention.quiet_hours import QuietHours, end_of_quiet
from communications.models import (
    PENDING,
    Actor,
    Announcement,
    Attention,
    AttentionPolicy,
    AttentionPreference,
    Channel,
    Delivery,
    Digest,
    State,
)
from partners.models import Contact, Programme

SEEN_WITHIN = timedelta(days=90)
SEEN_AT_MOST = 100
HORIZON = timedelta(hours=1)

# The one place that says who a person is: the address of the login, else that of the contact.
PERSON = Lower(Coalesce(F("user__email"), F("email")))


def person_of(contact: Contact) -> str:
    """The same for a contact at hand."""
    return (contact.user.email if contact.user else contact.email).lower()


def programme_of(contact: Contact) -> Programme:
    """The one whose brand and defaults hold for a contact: the first that their partner takes part in."""
    place = contact.partner.enrolments.current().select_related("programme").order_by("-is_primary", "pk").first()
    return place.programme if place else Programme.objects.default()


@dataclass(frozen=True)
class Reader:
    """A person as sending sees them. `digest` is their rhythm, `best_hour` what they chose themselves."""

    person: str
    zone: ZoneInfo
    quiet: QuietHours | None
    rhythm: str
    best_hour: int | None
    has_digest: bool = False

    def end_of_quiet(self, now: datetime) -> datetime | None:
        return end_of_quiet(now, self.zone, self.quiet)

    def next_digest(self, after: datetime, hour: int) -> datetime:
        """The next time for a digest at that hour of theirs, outside quiet hours."""
        monday = 0 if self.rhythm == AttentionPreference.Rhythm.WEEKLY else None
        at = next_time(after, hour, self.zone, weekday=monday)
        return self.end_of_quiet(at) or at


def attention_policy() -> AttentionPolicy:
    """The row, or what a new installation starts with."""
    return AttentionPolicy.objects.filter(pk=1).first() or AttentionPolicy()


def passes_limits(announcement: Announcement, policy: AttentionPolicy) -> bool:
    """Whether budget and quiet hours do not hold for it: critical, and of a kind that may be."""
    return announcement.is_critical and announcement.kind in policy.critical_kinds


def readers_of(contact_ids: Iterable[int], programme: Programme) -> dict[int, Reader]:
    """One query for any number of contacts."""
    waiting = Digest.objects.filter(person=OuterRef("person"), state=Digest.State.WAITING)
    contacts = Contact.objects.filter(among("pk", list(contact_ids))).annotate(person=PERSON).order_by()
    rows = contacts.annotate(has_digest=Exists(waiting)).values_list(
        "pk", "person", "user__time_zone", "time_zone", "has_digest", *_chosen()
    )
    return {
        pk: _reader(person, login_zone or zone, programme, chosen, has_digest=has_digest)
        for pk, person, login_zone, zone, has_digest, *chosen in rows
    }


def reader_of(contact: Contact, programme: Programme) -> Reader:
    return readers_of([contact.pk], programme)[contact.pk]


def self_of(contact: Contact, programme: Programme) -> tuple[Reader, AttentionPreference, Used]:
    """A person as they see themselves: what holds for them, what they chose of it, and how much of their budget is used. One
    query."""
    person, login_zone = person_of(contact), contact.user.time_zone if contact.user else ""
    taken = Attention.objects.filter(pk=OuterRef("person")).values("taken")[:1]
    rows = Contact.objects.filter(pk=contact.pk).annotate(person=PERSON)
    *chosen, instants = rows.values_list(*_chosen(), Subquery(taken)).get()
    reader = _reader(person, login_zone or contact.time_zone, programme, chosen, has_digest=False)
    given = {name: value for name, value in zip(_CHOSEN, chosen, strict=True) if value is not None}
    return reader, AttentionPreference(person=person, **given), used_at(timezone.now(), instants or [])


_QUIET = ("quiet", "quiet_from", "quiet_until")
_CHOSEN = ("rhythm", "best_hour", *_QUIET)


def _chosen(names: Iterable[str] = _CHOSEN) -> list:
    """The columns of the person's own choice, each from their one row."""
    row = AttentionPreference.objects.filter(person=OuterRef("person"))
    return [row.values(name)[:1] for name in names]


def quiet_groups(people: QuerySet[Contact], programme: Programme, at: datetime) -> list[tuple[int, datetime]]:
    """Of contacts with their `address` and `person`: how many are in quiet hours at that moment, and until when, by zone and hours.
    One query, which counts: there are few zones, however many people."""
    quiet, quiet_from, quiet_until = _chosen(_QUIET)
    chosen = people.annotate(quiet=quiet, own_from=quiet_from, own_until=quiet_until).order_by()
    rows = chosen.values_list("user__time_zone", "time_zone", "quiet", "own_from", "own_until")
    ends = [
        (count, end_of_quiet(at, zone_of(login_zone or zone or programme.time_zone), _quiet_hours(programme, *own)))
        for login_zone, zone, *own, count in rows.annotate(n=Count("address", distinct=True))
    ]
    return [(count, end) for count, end in ends if end]


def _quiet_hours(programme: Programme, quiet: str | None, quiet_from: time | None, quiet_until: time | None) -> QuietHours | None:
    """The person's own, else those of the programme, else none."""
    if quiet in (None, AttentionPreference.Quiet.PROGRAMME):
        quiet_from, quiet_until = programme.quiet_from, programme.quiet_until
    is_quiet = quiet != AttentionPreference.Quiet.NONE and quiet_from is not None and quiet_until is not None
    return QuietHours(quiet_from, quiet_until) if is_quiet else None


def _reader(person: str, zone: str, programme: Programme, chosen: list, *, has_digest: bool) -> Reader:
    rhythm, hour, *quiet = chosen
    return Reader(
        person=person,
        zone=zone_of(zone or programme.time_zone),
        quiet=_quiet_hours(programme, *quiet),
        rhythm=rhythm or AttentionPreference.Rhythm.DAILY,
        best_hour=hour,
        has_digest=has_digest,
    )


@lru_cache(maxsize=1000)
def zone_of(name: str) -> ZoneInfo:
    """An unknown name, which an import may have brought, is read as UTC."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def more_important_waiting(announcement: Announcement, contact_ids: Iterable[int]) -> dict[int, int]:
    """For each contact, how many more important mails are on their way to them and due within the horizon. One small query
    where nothing more important is being sent, which is nearly always."""
    above = more_important_than(announcement.weight)
    sending = Announcement.objects.filter(state=State.SENDING).exclude(pk=announcement.pk).exclude(frozen_at=None)
    rivals = [pk for pk, kind, chosen in sending.values_list("pk", "kind", "priority") if priority_of(kind, chosen) in above]
    waiting: dict[int, int] = {}
    if rivals:
        rows = Delivery.objects.filter(
            announcement_id__in=rivals, contact_id__in=list(contact_ids), channel=Channel.EMAIL, state__in=PENDING
        ).exclude(next_try_at__gt=timezone.now() + HORIZON)
        for contact_id in rows.values_list("contact_id", flat=True):
            waiting[contact_id] = waiting.get(contact_id, 0) + 1
    return waiting


_SEEN = """
    SELECT contact.id, seen.at FROM unnest(%s::bigint[]) AS contact (id),
    LATERAL (
        (SELECT occurred_at AS at FROM communications_engagementevent
         WHERE contact_id = contact.id AND actor = %s AND occurred_at > %s ORDER BY occurred_at DESC LIMIT %s)
        UNION ALL
        (SELECT read_at FROM communications_delivery
         WHERE contact_id = contact.id AND channel = 'portal' AND state = 'delivered' AND read_at > %s LIMIT %s)
    ) AS seen
"""


def best_hours(readers: dict[int, Reader]) -> dict[int, int | None]:
    """The hour that each contact chose, else the one at which they opened, clicked or read most often in the last 90 days;
    None where that is too seldom to say. One query."""
    ask = [pk for pk, reader in readers.items() if reader.best_hour is None]
    seen: dict[int, list[datetime]] = {pk: [] for pk in ask}
    if ask:
        since = timezone.now() - SEEN_WITHIN
        with connection.cursor() as cursor:
            cursor.execute(_SEEN, [ask, Actor.HUMAN.value, since, SEEN_AT_MOST, since, SEEN_AT_MOST])
            for pk, at in cursor.fetchall():
                seen[pk].append(at)
    learnt = {pk: best_hour(instants, readers[pk].zone) for pk, instants in seen.items()}
    return {pk: reader.best_hour if reader.best_hour is not None else learnt[pk] for pk, reader in readers.items()}


def hour_or_default(hour: int | None) -> int:
    return WHERE_NOTHING_IS_KNOWN if hour is None else hour


class NthNewest(Func):
    """The nth newest instant of an array that is in order, counted from 1; null where there are not so many."""

    output_field = DateTimeField()

    def __init__(self, instants, nth: int):
        super().__init__(instants)
        self.nth = nth

    def as_sql(self, compiler, connection, **_context):
        array, parameters = compiler.compile(self.source_expressions[0])
        return f"({array})[cardinality({array}) - %s]", [*parameters, *parameters, self.nth - 1]


def full_people(policy: AttentionPolicy) -> QuerySet[Attention]:
    """Those who have had enough just now. Nothing is counted: where the nth newest is recent, there were as many."""
    now = timezone.now()
    rows = Attention.objects.annotate(of_day=NthNewest("taken", policy.per_day), of_week=NthNewest("taken", policy.per_week))
    return rows.filter(Q(of_day__gt=now - DAY) | Q(of_week__gt=now - WEEK))
