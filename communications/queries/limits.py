"""What limits the rate just now, in words and figures."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, Min, Q, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from communications.models import (
    SERVER,
    Announcement,
    Delivery,
    LimitOf,
    Reason,
    SendingGrant,
    SendingLimit,
    SendingPause,
    State,
    VariantTest,
)
from communications.queries.waiting import RETRY, TEST, hold_words, place_words, what_it_waits_for

PERIODS = {"per_second": timedelta(seconds=1), "per_minute": timedelta(minutes=1), "per_hour": timedelta(hours=1)}


@dataclass(frozen=True)
class Used:
    period: timedelta
    most: int
    mails: int
    first_at: datetime | None


@dataclass(frozen=True)
class Use:
    """How much of a limit was used, in each of its periods up to now. A period slides: none ever holds more than the limit."""

    periods: tuple[Used, ...]

    @property
    def free(self) -> int:
        return max(min(used.most - used.mails for used in self.periods), 0)

    @property
    def fullest(self) -> Used:
        return min(self.periods, key=lambda used: (used.most - used.mails, -used.period))

    @property
    def tightest(self) -> tuple[timedelta, int]:
        return self.fullest.period, self.fullest.most

    def goes_on_at(self, granted: int, now: datetime) -> datetime:
        """When the oldest mails leave the periods that are full, `granted` ones of this moment included."""
        full = [used for used in self.periods if used.mails + granted >= used.most]
        return max((used.first_at or now) + used.period for used in full)


def limits_by_place(limits: Iterable[SendingLimit], places: Iterable[str]) -> dict[str, SendingLimit]:
    """The limit of each place that has one: its own, or the one of every domain."""
    rows = list(limits)
    of_each = next((row for row in rows if row.applies_to == LimitOf.EACH_DOMAIN), None)
    of_server = next((row for row in rows if row.applies_to == LimitOf.SERVER), None)
    own = {row.domain: row for row in rows if row.applies_to == LimitOf.DOMAIN}
    found = {place: of_server if place == SERVER else own.get(place, of_each) for place in places}
    return {place: row for place, row in found.items() if row is not None}


def uses_of(limits: dict[str, SendingLimit], now: datetime) -> dict[str, Use]:
    """One query for all places."""
    if not limits:
        return {}
    within = {name: Q(at__gt=now - period) for name, period in PERIODS.items()}
    sums = {f"{name}_mails": Sum("mails", filter=condition, default=0) for name, condition in within.items()}
    firsts = {f"{name}_first": Min("at", filter=condition) for name, condition in within.items()}
    recent = SendingGrant.objects.filter(place__in=limits, at__gt=now - max(PERIODS.values()))
    rows = {row["place"]: row for row in recent.values("place").annotate(**sums, **firsts)}
    return {place: _use(limit, rows.get(place, {})) for place, limit in limits.items()}


def _use(limit: SendingLimit, row: dict) -> Use:
    asked = {name: getattr(limit, name) for name in PERIODS}
    return Use(
        tuple(
            Used(PERIODS[name], most, row.get(f"{name}_mails", 0), row.get(f"{name}_first")) for name, most in asked.items() if most
        )
    )


# --- The page ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """Rows of one announcement; `why` and the announcement lead to them. `until` is when the last of them goes, if known."""

    announcement_id: UUID
    title: str
    mails: int
    why: str
    until: datetime | None


@dataclass(frozen=True)
class LimitLine:
    sentence: str
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True)
class LimitsNow:
    """No line says that nothing limits sending."""

    lines: tuple[LimitLine, ...]

    @property
    def is_holding(self) -> bool:
        """Whether anything waits, of what the user sees."""
        return any(line.waiting for line in self.lines)


def limits_now(user: User) -> LimitsNow:
    """Six queries at most. Rows are counted of announcements that are being sent and that the user sees."""
    now = timezone.now()
    waiting = _waiting(user)
    lines = [*_pause_lines(waiting, now), *_limit_lines(waiting, now)]
    return LimitsNow((*lines, *_other_lines(waiting)))


def _pause_lines(waiting: dict[str, list[Waiting]], now: datetime) -> list[LimitLine]:
    return [
        LimitLine(
            _("%(place)s asked us to wait (%(said)s): until %(at)s")
            % {"place": place_words(pause.place), "said": pause.said, "at": _clock(pause.until)},
            tuple(waiting.pop(f"asked:{pause.place}", ())),
        )
        for pause in SendingPause.objects.filter(until__gt=now).order_by("until", "place")[:200]
    ]


def _limit_lines(waiting: dict[str, list[Waiting]], now: datetime) -> list[LimitLine]:
    """Of the places that were sent to within the hour, those whose limit counts something now."""
    recent = SendingGrant.objects.filter(at__gt=now - max(PERIODS.values()))
    places = list(recent.values_list("place", flat=True).distinct().order_by("place")[:200])
    uses = uses_of(limits_by_place(SendingLimit.objects.all(), places), now)
    return [
        LimitLine(_use_words(place, use, now), tuple(waiting.pop(f"limit:{place}", ())))
        for place, use in uses.items()
        if use.fullest.mails
    ]


def _other_lines(waiting: dict[str, list[Waiting]]) -> list[LimitLine]:
    """What waits for something else than a limit that counts just now: people's own time, a test, a server that put it off."""
    return [LimitLine(_line_words(why, rows), tuple(rows)) for why, rows in sorted(waiting.items())]


def _line_words(why: str, rows: list[Waiting]) -> str:
    last = max((row.until for row in rows if row.until), default=None)
    said = {
        Reason.QUIET_HOURS: _("Quiet hours, the last until %(at)s"),
        Reason.BEST_TIME: _("Best time of each person, the last at %(at)s"),
        RETRY: _("Put off by their server, the last tried again at %(at)s"),
        TEST: _("Test of two variants, until %(at)s"),
    }.get(why)
    if said is None:
        return (hold_words(why) or why).capitalize()
    return said % {"at": _clock(last)} if last else said.rpartition(",")[0]


def _clock(moment: datetime) -> str:
    """The time alone where it is today."""
    local = timezone.localtime(moment)
    return date_format(local, "H:i" if local.date() == timezone.localdate() else "j F, H:i")


def _use_words(place: str, use: Use, now: datetime) -> str:
    used = use.fullest
    periods = {"per_second": _("this second"), "per_minute": _("this minute"), "per_hour": _("this hour")}
    period = next(words for name, words in periods.items() if PERIODS[name] == used.period)
    said = {"place": place_words(place), "mails": used.mails, "most": used.most, "period": period}
    if use.free:
        return _("%(place)s: %(mails)d of %(most)d %(period)s") % said
    seconds = max(round((use.goes_on_at(0, now) - now).total_seconds()), 1)
    if seconds >= 120:
        minutes = {**said, "minutes": round(seconds / 60)}
        return _("%(place)s: %(mails)d of %(most)d %(period)s, goes on in %(minutes)d minutes") % minutes
    return _("%(place)s: %(mails)d of %(most)d %(period)s, goes on in %(seconds)d s") % {**said, "seconds": seconds}


def _waiting(user: User) -> dict[str, list[Waiting]]:
    """By what it waits for."""
    sending = {row.pk: row for row in Announcement.objects.visible_to(user).filter(state=State.SENDING)}
    rows = (
        Delivery.objects.visible_to(user).pending().filter(announcement_id__in=sending).annotate(why=what_it_waits_for())
        .exclude(why="").values("announcement_id", "why").annotate(mails=Count("contact_id"), last=Max("next_try_at"))
        .order_by("announcement_id")
    )  # fmt: skip
    found: dict[str, list[Waiting]] = {}
    for row in rows:
        announcement = sending[row["announcement_id"]]
        told = Waiting(announcement.public_id, str(announcement), row["mails"], row["why"], row["last"])
        found.setdefault(row["why"], []).append(told)
    if TEST in found:
        ends = dict(VariantTest.objects.filter(announcement__in=sending).values_list("announcement__public_id", "decide_at"))
        found[TEST] = [replace(row, until=ends[row.announcement_id]) for row in found[TEST]]
    return found
