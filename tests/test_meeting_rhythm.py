"""When the meetings of a series are, whatever clocks do in between."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from collaboration.rhythm import Plan, Rhythm, instant_of_wall, nth_weekday, which_of_month

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Santiago", "UTC"])


def plan(rhythm, first, **fields) -> Plan:
    return Plan(Rhythm(rhythm), first, **{"wall_time": time(9), "zone": BERLIN, **fields})


def days(rhythm, first, count=4, **fields) -> list[date]:
    return list(islice(plan(rhythm, first, **fields).days(), count))


def test_the_third_thursday_stays_one():
    assert days("monthly", date(2026, 1, 15)) == [date(2026, 1, 15), date(2026, 2, 19), date(2026, 3, 19), date(2026, 4, 16)]


def test_the_fifth_of_a_month_is_its_last():
    assert days("monthly", date(2026, 1, 29)) == [date(2026, 1, 29), date(2026, 2, 26), date(2026, 3, 26), date(2026, 4, 30)]


def test_each_quarter_and_every_second_week():
    assert days("quarterly", date(2026, 11, 10), 3) == [date(2026, 11, 10), date(2027, 2, 9), date(2027, 5, 11)]
    assert days("weekly", date(2026, 12, 21), 3, every=2) == [date(2026, 12, 21), date(2027, 1, 4), date(2027, 1, 18)]


def test_nine_stays_nine_when_clocks_go_forward():
    instants = list(plan("weekly", date(2026, 3, 23)).instants(date(2026, 4, 6)))
    assert instants == [
        datetime(2026, 3, 23, 8, tzinfo=UTC),
        datetime(2026, 3, 30, 7, tzinfo=UTC),
        datetime(2026, 4, 6, 7, tzinfo=UTC),
    ]


def test_a_time_that_is_skipped_moves_on_and_of_one_that_comes_twice_the_first_is_meant():
    assert instant_of_wall(date(2026, 3, 29), time(2, 30), BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert instant_of_wall(date(2026, 10, 25), time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(DAYS, st.sampled_from(list(Rhythm)), st.integers(1, 6))
def test_days_rise_keep_their_weekday_and_their_place_in_the_month(first, rhythm, every):
    found = days(rhythm, first, 9, every=every)
    assert found[0] == first
    assert found == sorted(set(found))
    assert {day.weekday() for day in found} == {first.weekday()}
    if rhythm == Rhythm.WEEKLY:
        assert {later - day for day, later in zip(found, found[1:], strict=False)} == {timedelta(weeks=every)}
    else:
        nth = which_of_month(first)
        assert all(day == nth_weekday(day.year, day.month, day.weekday(), nth) for day in found)


@given(DAYS, st.times(time(3), time(23, 59)), ZONES)
def test_the_clock_on_the_wall_says_the_same_each_time(first, wall, name):
    zone = ZoneInfo(name)
    for instant in islice(plan("monthly", first, wall_time=wall, zone=zone).instants(date.max), 14):
        assert instant.tzinfo == UTC
        assert instant.astimezone(zone).time() == wall
