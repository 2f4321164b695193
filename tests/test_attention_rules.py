"""The rules of attention as functions of values, under made clocks: any zone, any day of the year, any order of asking."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communications.attention.best_time import ENOUGH, best_hour, next_time
from communications.attention.budget import DAY, WEEK, Budget, has_room, used_at
from communications.attention.priorities import Priority, more_important_than, priority_of
from communications.attention.quiet_hours import QuietHours, end_of_quiet

ZONES = [
    ZoneInfo(name)
    for name in ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns",
                 "Pacific/Apia", "Africa/Casablanca", "America/Santiago", "Pacific/Kiritimati")
]  # fmt: skip
BERLIN = ZoneInfo("Europe/Berlin")
instants = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
clock_times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


@given(st.lists(st.integers(0, 20 * 24 * 60), max_size=60), st.integers(1, 4), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_never_more_than_the_budget_in_any_window(minutes, per_day, per_week):
    budget, start, taken = Budget(per_day, per_week), datetime(2026, 3, 20, tzinfo=UTC), []
    for minute in sorted(minutes):
        now = start + timedelta(minutes=minute)
        if has_room(now, taken, budget):
            taken.append(now)
    for end in taken:
        assert used_at(end, taken).in_day <= per_day
        assert used_at(end, taken).in_week <= per_week
        # A window may begin anywhere: those that end with an interruption hold the most.
        assert sum(end <= at < end + DAY for at in taken) <= per_day
        assert sum(end <= at < end + WEEK for at in taken) <= per_week


def test_room_is_left_for_what_is_more_important():
    now = datetime(2026, 3, 20, tzinfo=UTC)
    assert has_room(now, [now], Budget(2, 2))
    assert not has_room(now, [now], Budget(2, 2), held_back=1)


@given(instants, st.sampled_from(ZONES), clock_times, clock_times)
@settings(max_examples=150, deadline=None)
def test_quiet_hours_are_never_broken(now, zone, start, end):
    if start == end:
        return
    quiet = QuietHours(start, end)
    over = end_of_quiet(now, zone, quiet)
    if over is None:
        assert not quiet.hold_at(now.astimezone(zone).time())
        return
    assert over > now
    assert not quiet.hold_at(over.astimezone(zone).time())
    assert over - now <= timedelta(hours=50)


@pytest.mark.parametrize("day", [datetime(2026, 3, 29), datetime(2026, 10, 25)])
def test_on_both_days_of_the_clocks_no_minute_of_the_quiet_hours_lets_anything_through(day):
    quiet = QuietHours(time(22), time(2, 30))
    for minute in range(-180, 60 * 27):
        now = (day.replace(tzinfo=UTC)) + timedelta(minutes=minute)
        over = end_of_quiet(now, BERLIN, quiet)
        assert (over is None) != quiet.hold_at(now.astimezone(BERLIN).time())
        assert over is None or not quiet.hold_at(over.astimezone(BERLIN).time())


def test_an_end_that_the_clock_skips_moves_forward():
    over = end_of_quiet(datetime(2026, 3, 28, 23, tzinfo=UTC), BERLIN, QuietHours(time(22), time(2, 30)))
    assert over.astimezone(BERLIN).time() == time(3, 30)


def test_an_end_that_comes_twice_is_the_first_of_the_two():
    over = end_of_quiet(datetime(2026, 10, 24, 22, tzinfo=UTC), BERLIN, QuietHours(time(22), time(2, 30)))
    assert over == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(instants, st.integers(0, 23), st.sampled_from(ZONES), st.sampled_from([None, 0]))
@settings(max_examples=150, deadline=None)
def test_the_best_hour_comes_once_a_day_and_is_never_past(after, hour, zone, weekday):
    at = next_time(after, hour, zone, weekday=weekday)
    assert at >= after
    assert at - after <= timedelta(days=1 if weekday is None else 8, hours=25)
    here = at.astimezone(zone)
    assert here.hour == hour or here.utcoffset() != (at - timedelta(hours=2)).astimezone(zone).utcoffset()
    assert weekday is None or here.weekday() == weekday
    again = next_time(at + timedelta(seconds=1), hour, zone, weekday=weekday)
    assert again.astimezone(zone).date() > here.date()


def test_the_best_hour_is_said_only_where_enough_is_known():
    at = datetime(2026, 7, 1, 12, 5, tzinfo=UTC)
    assert best_hour([at] * (ENOUGH - 1), BERLIN) is None
    assert best_hour([at] * ENOUGH, BERLIN) == 14
    assert best_hour([at] * 6 + [at - timedelta(hours=3)] * 6, BERLIN) == 11


def test_what_a_kind_stands_for_may_be_said_otherwise():
    assert priority_of("crisis") == Priority.CRITICAL
    assert priority_of("newsletter") == Priority.LOW
    assert priority_of("newsletter", "important") == Priority.IMPORTANT
    assert more_important_than(Priority.NORMAL) == (Priority.CRITICAL, Priority.IMPORTANT)
    assert more_important_than(Priority.CRITICAL) == ()
