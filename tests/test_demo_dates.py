"""Whatever day it is, the demo's dates make sense."""

from datetime import date, timedelta

import pytest

from partnerhub.demo import announcements, dates


@pytest.fixture(params=["2027-01-01", "2028-02-29", "2027-03-01", "2026-11-22", "2027-06-02", "2027-08-03"])
def today(request, monkeypatch):
    day = date.fromisoformat(request.param)
    monkeypatch.setattr(dates, "today", lambda: day)
    return day


def test_newsletters_come_once_a_month_and_lie_behind_us(today):
    tuesdays = dates.first_tuesdays(6)
    assert len({(day.year, day.month) for day in tuesdays}) == 6
    assert all(day.weekday() == 1 and day.day <= 7 for day in tuesdays)
    assert tuesdays[-1] <= today - timedelta(days=2)


def test_periods_touch_and_are_complete(today):
    for periods in (dates.quarters(8), dates.months(12)):
        assert all(end + timedelta(days=1) == start for (_first, end), (start, _last) in zip(periods, periods[1:], strict=False))
        assert periods[-1][1] < today
    assert all((end - start).days in (89, 90, 91) for start, end in dates.quarters(8))


def test_what_was_sent_was_sent_on_a_working_day(today):
    plans = announcements.sent_announcements()
    assert all(plan.sent_at.weekday() < 5 and plan.sent_at.date() < today for plan in plans)
    assert [plan.sent_at for plan in plans] == sorted(plan.sent_at for plan in plans)


def test_texts_name_every_date(today):
    ahead = (announcements.enablement_session(), announcements.label_training(), announcements.security_update())
    for plan in (*announcements.sent_announcements(), *ahead):
        assert "$" not in plan.title + plan.body + plan.call_to_action
