"""What waits is told by what it waits for: nobody is promised a time that nothing bears out."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activity import heartbeat
from communications.actions import announcements, deliveries
from communications.actions.announcements import cancel_announcement
from communications.models import AttentionPreference, Delivery, DeliveryChunk, SendingGrant, SendingLimit, VariantTest
from communications.models import variants as rules
from communications.queries.limits import limits_now
from communications.queries.sending_status import sending_status
from partners.models import Contact, Programme
from tests.announcement_story import approve, draft, send, work_off

pytestmark = pytest.mark.django_db
SENDING, LIMITS = "admin:communications_announcement_sending", "admin:communications_sendinglimit_now"


@pytest.fixture(autouse=True)
def _alive():
    for part in heartbeat.PARTS:
        heartbeat.beat_now(part)


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sentence(maria) -> str:
    return maria.get(reverse(SENDING)).context["sentence"]


@pytest.fixture
def quiet(cast):
    """It is quiet for two hours more where people are; only Sven wants no quiet hours."""
    now = timezone.now()
    hours = {
        "quiet_from": (now - timedelta(hours=1)).time(),
        "quiet_until": (now + timedelta(hours=2)).time().replace(microsecond=0),
    }
    Programme.objects.update(time_zone="UTC", **hours)
    AttentionPreference.objects.create(person=cast.sven.email, quiet="none")
    cast.programme.refresh_from_db()
    return hours["quiet_until"]


def clock(moment) -> str:
    local = timezone.localtime(moment)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{local.day} {local:%B, %H:%M}"


def until(announcement) -> str:
    return clock(Delivery.objects.filter(announcement=announcement, state="deferred").latest("next_try_at").next_try_at)


@pytest.fixture
def tried(cast, monkeypatch):
    """Half of 160 people try two variants, the others wait until the test is over."""
    monkeypatch.setattr(rules, "SMALLEST_GROUP", 10)
    more = [Contact(partner=cast.baltic, name=f"P {n}", email=f"p{n}@baltic.example", functions=["sales"]) for n in range(157)]
    Contact.objects.bulk_create(more)
    return send(draft(cast, variant_title="Or so", test_percent=50, channels=["portal"]), cast)


def test_who_waits_for_the_end_of_quiet_hours_is_no_work_to_be_done_by_a_rate(cast, maria, sink, quiet):
    sent = send(draft(cast), cast)
    assert sentence(maria) == (
        "Sent 2 a minute just now; nothing more is due. "
        f"Waiting for later: 2 for the end of quiet hours, the last until {until(sent)}."
    )
    assert sending_status().done_at is None
    Delivery.objects.filter(state="delivered").update(settled_at=timezone.now() - timedelta(minutes=3))
    assert sentence(maria).startswith("Nothing is due just now. Waiting for later: 2 for the end of quiet hours")


def test_who_waits_for_a_test_is_told_apart(maria, tried):
    test = VariantTest.objects.get()
    rest = Delivery.objects.filter(state="queued").count()
    assert rest > 50
    assert f"Waiting for later: {rest} for the test of two variants, until {clock(test.decide_at)}." in sentence(maria)
    assert "done about" not in sentence(maria)


def test_the_forecast_is_of_mails_by_the_rate_of_mails(cast, maria, sink):
    sent = approve(draft(cast), cast)
    announcements.schedule_announcement(sent, by=cast.maria)
    deliveries.release_due()
    rows = Delivery.objects.filter(announcement=sent)
    rows.filter(channel="portal").update(state="delivered", settled_at=timezone.now())
    assert sending_status().done_at is None  # what is instant in the portal says nothing of mails
    assert sentence(maria) == "Sending 1 a minute; 3 waiting."
    first = rows.filter(channel="email").first()
    Delivery.objects.filter(pk=first.pk).update(state="delivered", settled_at=timezone.now())
    status = sending_status()
    assert status.done_at - status.at == timedelta(minutes=4)  # two more, one in two minutes


def test_what_limits_sending_says_that_mails_wait_only_where_they_do(cast, maria):
    SendingLimit.objects.create(applies_to="server", per_hour=1)
    SendingGrant.objects.create(place="", at=timezone.now(), mails=1)
    text = maria.get(reverse(LIMITS)).text
    assert "goes on in 60 minutes" in text
    assert "Some mails wait" not in text
    assert "No mail waits just now." in text


def test_quiet_hours_and_tests_limit_sending_too(cast, maria, sink, quiet):
    sent = send(draft(cast), cast)
    (line,) = limits_now(cast.maria).lines
    assert line.sentence == f"Quiet hours, the last until {until(sent)}"
    text = maria.get(reverse(LIMITS)).text
    assert "Some mails wait. They go on by themselves." in text
    door = (
        f"{reverse('admin:communications_announcement_report_deliveries', args=[sent.public_id])}?state=pending&amp;why=quiet_hours"
    )
    assert door in text
    rows = maria.get(door.replace("&amp;", "&")).context["rows"]
    assert {row.reason for row in rows} == {"in their quiet hours; it goes when these end"}
    assert len(rows) == 2


def test_a_test_limits_sending_with_the_door_to_who_waits(cast, maria, tried):
    (line,) = limits_now(cast.maria).lines
    rest = Delivery.objects.filter(state="queued").count()
    assert (line.waiting[0].mails, line.waiting[0].why) == (rest, "test:")
    page = maria.get(reverse("admin:communications_announcement_report_deliveries", args=[tried.public_id]), {"why": "test:"})
    assert {row.state for row in page.context["rows"]} == {"queued"}
    assert page.context["why_words"] == "waits for the test of two variants"
    assert "state=pending&amp;why=test%3A" in maria.get(reverse(SENDING)).text


def test_who_was_put_off_waits_for_another_try(cast, maria, sink):
    sink.on_recipient = lambda address: "451 4.2.1 come back later" if address.startswith("nora") else None
    sent = send(draft(cast), cast)
    (line,) = limits_now(cast.maria).lines
    assert line.sentence == f"Put off by their server, the last tried again at {until(sent)}"
    assert "1 for another try, the last at " in sentence(maria)


def test_waiting_for_quiet_hours_is_no_attempt(cast, sink, quiet, monkeypatch):
    sink.on_recipient = lambda address: "451 4.2.1 come back later" if address.startswith("nora") else None
    sent = send(draft(cast), cast)
    nora = Delivery.objects.get(announcement=sent, contact=cast.nora, channel="email")
    assert (nora.state, nora.reason, nora.attempts) == ("deferred", "quiet_hours", 0)
    Programme.objects.update(quiet_from=None, quiet_until=None)
    Delivery.objects.filter(state="deferred").update(next_try_at=timezone.now())
    DeliveryChunk.objects.filter(done_at=None).update(due_at=timezone.now())
    work_off()
    nora.refresh_from_db()
    assert (nora.reason[:3], nora.attempts) == ("451", 1)
    assert nora.next_try_at < timezone.now() + timedelta(minutes=2)  # the first pause


def test_what_is_cancelled_waits_for_nothing_any_more(cast, sink, quiet):
    sent = send(draft(cast), cast)
    cancel_announcement(sent, by=cast.maria)
    nora = Delivery.objects.get(announcement=sent, contact=cast.nora, channel="email")
    assert (nora.state, nora.reason) == ("cancelled", "")
