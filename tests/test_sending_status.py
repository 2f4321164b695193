"""The page that tells how sending stands, and the alarms: opened once, told once, closed once."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from activity import heartbeat
from communications.actions import alarms, deliveries
from communications.actions.announcements import pause_announcement, schedule_announcement
from communications.models import Alarm, AlarmLook, Delivery, DeliveryChunk, Rule, SendingLimit
from communications.queries.troubles import FAILED_AT_LEAST, WAITS_AT_MOST
from partners.panels import needs_of
from tests import factories
from tests.announcement_story import approve, draft, send

pytestmark = pytest.mark.django_db
PAGE = "admin:communications_announcement_sending"


@pytest.fixture(autouse=True)
def _alive():
    for part in heartbeat.PARTS:
        heartbeat.beat_now(part)


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def mailed(settings, sink):
    settings.ALARM_EMAIL = ["ops@vendor.example"]
    return lambda: [mail["Subject"] for address, mail in sink.mails if address == "ops@vendor.example"]


def sentence(maria) -> str:
    return maria.get(reverse(PAGE)).context["sentence"]


def frozen(cast):
    announcement = approve(draft(cast), cast)
    schedule_announcement(announcement, by=cast.maria)
    deliveries.release_due()
    return announcement


def in_doubt(announcement) -> None:
    row = Delivery.objects.filter(announcement=announcement, channel="email").first()
    Delivery.objects.filter(pk=row.pk).update(state="in_doubt")


def test_the_sentence_says_what_is_going_on(cast, maria, sink, django_assert_max_num_queries):
    assert sentence(maria) == "Nothing is being sent."
    announcement = frozen(cast)
    assert sentence(maria) == "6 are waiting; none has gone out in the last two minutes."
    first = Delivery.objects.filter(announcement=announcement, channel="email").first()
    Delivery.objects.filter(pk=first.pk).update(state="delivered", settled_at=timezone.now())
    Delivery.objects.filter(announcement=announcement, channel="portal").update(state="delivered", settled_at=timezone.now())
    assert sentence(maria).startswith("Sending 2 a minute; 2 waiting, done about ")
    pause_announcement(announcement, by=cast.maria)
    Delivery.objects.filter(state="delivered").update(settled_at=timezone.now() - timedelta(minutes=3))
    assert sentence(maria) == "Nothing is being sent; 1 announcement is paused."
    with django_assert_max_num_queries(12):
        assert maria.get(reverse(PAGE)).status_code == 200


def test_what_holds_mails_back_is_told_with_the_door_to_them(cast, maria, sink, django_assert_max_num_queries):
    assert "What holds mails back" not in maria.get(reverse(PAGE)).text
    SendingLimit.objects.create(applies_to="server", per_hour=1)
    send(draft(cast), cast)
    with django_assert_max_num_queries(12):
        text = maria.get(reverse(PAGE)).text
    assert "What holds mails back" in text
    assert "Waits for its turn: limit of all mail together" in text
    assert "why=limit%3A" in text


def test_figures_are_doors(cast, maria, sink):
    announcement = frozen(cast)
    in_doubt(announcement)
    text = maria.get(reverse(PAGE)).text
    report = reverse("admin:communications_announcement_report", args=[announcement.public_id])
    assert f"{report}#in-doubt" in text
    assert f"{report}deliveries/?state=pending" in text
    live = maria.get(reverse(f"{PAGE}_live")).text
    assert 'hx-trigger="every 5s"' in live
    assert "<html" not in live


@pytest.mark.parametrize(("part", "words"), [(heartbeat.BEAT, "The timetable (beat)"), (heartbeat.WORKER, "No worker")])
def test_what_fell_silent_is_seen_by_the_web_alone(cast, maria, sink, part, words):
    cache.set(heartbeat.key_of(part), 1_000_000_000.0)
    assert sentence(maria).startswith(words)
    frozen(cast)
    assert sentence(maria).startswith(words)
    assert sentence(maria).endswith("6 are waiting.")


def test_an_alarm_is_opened_told_and_closed_once(cast, maria, mailed):
    announcement = frozen(cast)
    alarms.look_for_alarms()
    assert not Alarm.objects.exists()
    DeliveryChunk.objects.update(due_at=timezone.now() - WAITS_AT_MOST - timedelta(minutes=1))
    for _look in range(3):
        alarms.look_for_alarms()
    alarm = Alarm.objects.get()
    assert (alarm.rule, alarm.closed_at) == (Rule.WAITS_LONG, None)
    assert mailed() == [f"Alarm: {alarm.sentence}"]
    assert alarm.sentence in maria.get(reverse(PAGE)).text
    assert alarm.sentence in [need.sentence for need in needs_of(cast.maria)]
    assert alarm.sentence not in [
        need.sentence for need in needs_of(factories.make_user("vera@vendor.example", roles=("Analyst",)))
    ]

    DeliveryChunk.objects.filter(announcement=announcement).update(due_at=timezone.now())
    alarms.look_for_alarms()
    assert Alarm.objects.open().count() == 1  # gone for a moment only: it may come back
    Alarm.objects.update(held_at=timezone.now() - alarms.CLOSES_AFTER - timedelta(seconds=1))
    for _look in range(2):
        alarms.look_for_alarms()
    assert not Alarm.objects.open().exists()
    assert mailed() == [f"Alarm: {alarm.sentence}", f"Over: {alarm.sentence}"]


def test_a_mail_server_that_is_away_does_not_lose_the_telling(cast, settings):
    settings.ALARM_EMAIL = ["ops@vendor.example"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    Alarm.objects.create(rule=Rule.WAITS_LONG, sentence="It waits.")
    alarms.tell_of_alarms()
    assert Alarm.objects.get().told_opening_at is None


def test_each_rule_is_noticed(cast, sink):
    announcement = send(draft(cast), cast)
    in_doubt(announcement)
    other = frozen_other(cast)
    DeliveryChunk.objects.filter(announcement=other).update(failures=2)
    failing = factories.make_announcement("Fails", programme=cast.programme, segment=factories.make_segment("F"), author=cast.maria)
    type(failing).objects.filter(pk=failing.pk).update(state="sent", frozen_at=timezone.now())
    Delivery.objects.bulk_create(
        Delivery(announcement=failing, contact_id=number, partner=cast.alpenglow, channel="email", state="failed")
        for number in range(1, FAILED_AT_LEAST + 1)
    )
    AlarmLook.objects.create(pk=1, at=timezone.now() - timedelta(minutes=7))
    alarms.look_for_alarms()
    assert set(Alarm.objects.values_list("rule", flat=True)) == {
        Rule.IN_DOUBT, Rule.CHUNK_FAILS, Rule.MANY_FAIL, Rule.STOOD_STILL
    }  # fmt: skip


def frozen_other(cast):
    announcement = approve(draft(cast, "Another"), cast)
    schedule_announcement(announcement, by=cast.maria)
    deliveries.release_due()
    return announcement
