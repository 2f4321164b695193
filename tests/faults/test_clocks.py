"""Two beats, a clock that is put back, and both days on which clocks are changed: each occurrence comes once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from communications.actions import announcements, deliveries
from communications.local_time import instant_of
from communications.models import State
from partners.actions.summaries import send_due_summaries
from partners.models import DailySummary
from tests import factories
from tests.faults.house import wait_until
from tests.faults.story import company, compare, is_settled

pytestmark = pytest.mark.slow
BERLIN = "Europe/Berlin"
DAYS_OF_CHANGE = [datetime(2027, 3, 28), datetime(2027, 10, 31)]


def times_released(announcement) -> int:
    return announcement.transitions.filter(to_state=State.SENDING).count()


@pytest.mark.fault("two clocks")
def test_two_beats_and_two_workers_send_once(house, happened):
    told = company(people := 2_500)
    house.start("second beat", like="beat")
    house.start("second worker", like="worker")
    wait_until(lambda: house.children_of("second worker"), what="the second worker is up")
    with house.counting_sink(pause=0.004) as sink:
        announcement = told.send()
        wait_until(lambda: announcement.chunks.exclude(lease=None).count() >= 2, what="two chunks are worked on at once")
        wait_until(lambda: is_settled(announcement), what="all settled")
        assert compare(announcement, sink.recipients, people) == 0
        wait_until(lambda: announcement.transitions.filter(to_state=State.SENT).exists(), what="it is finished")
        assert times_released(announcement) == 1
        assert announcement.transitions.filter(to_state=State.SENT).count() == 1
    happened(f"two beats, two workers: released once, {people} mailed once")


@pytest.mark.fault("two clocks")
def test_a_clock_that_is_put_back_repeats_nothing(house, happened, monkeypatch, settings):
    """An injected clock: an hour ahead, then back by an hour, then on. What was released stays released."""
    told = company(people := 30)
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", house.mail_port
    with house.counting_sink() as sink:
        for name in ("beat", "worker"):
            house.kill(name)
        really = timezone.now
        announcement = told.approve()
        announcements.schedule_announcement(announcement, by=told.maria)
        for hours in (1, 0, -1, 2):
            monkeypatch.setattr(timezone, "now", lambda hours=hours: really() + timedelta(hours=hours))
            deliveries.settle_abandoned()
            deliveries.release_due()
            for chunk in deliveries.hand_out_chunks():
                deliveries.deliver_chunk(chunk)
        monkeypatch.setattr(timezone, "now", really)
        assert sink.count in (0, people)
        house.start("beat")
        house.start("worker")
        wait_until(lambda: is_settled(announcement), what="all settled")
        assert compare(announcement, sink.recipients, people) == 0
        assert times_released(announcement) == 1
    happened(f"clock +1 h, back 1 h, back 1 h more, on 3 h: released once, {people} mailed once")


@pytest.mark.fault("two clocks")
@pytest.mark.parametrize("day", DAYS_OF_CHANGE, ids=["spring", "autumn"])
def test_a_day_on_which_clocks_are_changed(house, happened, monkeypatch, day):
    """Kicked every five minutes through the whole day, by two beats: one summary each morning, one release at the hour set."""
    told = company(3)
    house.kill("beat")
    for zone in (BERLIN, "America/New_York", "Australia/Lord_Howe"):
        factories.make_user(f"{zone.lower().replace('/', '.')}@vendor.example", roles=("Programme admin",), time_zone=zone)
    hour = 3 if day.month == 3 else 2  # 02:30 does not exist in spring and comes twice in autumn
    wall = day.replace(hour=hour, minute=30)
    with house.sink() as sink:
        kick, end = day.replace(tzinfo=UTC) - timedelta(hours=2), day.replace(tzinfo=UTC) + timedelta(hours=26)
        monkeypatch.setattr(timezone, "now", lambda: kick)
        announcement = told.approve(channels=["portal"])
        announcements.schedule_announcement(announcement, by=told.maria, send_at=instant_of(wall, BERLIN), time_zone=BERLIN)
        released = []
        while kick < end:
            for _beat in range(2):
                deliveries.release_due()
                send_due_summaries()
            if times_released(announcement) > len(released):
                released.append(kick)
            kick += timedelta(minutes=5)
        mails = [(address, mail["Subject"]) for address, mail in sink.mails]
    assert len(released) == times_released(announcement) == 1
    assert released[0] - instant_of(wall, BERLIN) < timedelta(minutes=5)
    assert released[0].astimezone(ZoneInfo(BERLIN)).strftime("%H:%M") == f"0{hour}:30"
    rows = list(DailySummary.objects.values_list("manager", "day"))
    assert len(rows) == len(set(rows))
    assert rows
    assert len(mails) == len(set(mails))
    happened(f"{day:%d %B %Y}: released once at {hour}:30 in Berlin, {len(rows)} summaries, none twice, in 3 zones")
