"""Nora is reminded of what is to be confirmed: seldom, with the way out, and never against her will."""

from datetime import timedelta

import pytest
from django.utils import timezone

from communications.actions.attention import take_attention
from communications.actions.preferences import set_preference
from communications.actions.reminders import reminder_topic, send_reminders
from communications.actions.suppressions import suppress_address
from communications.models import Attention, AttentionPolicy, Reminder, Suppression, TopicPreference
from communications.queries.attention import attention_policy
from communications.rendering.reminders import reminder_token
from context.actions.confirmations import abstain
from context.actions.facts import record_fact
from context.models import DataPoint
from partners.models import Site
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(cast) -> DataPoint:
    point = DataPoint.objects.create(key="staff", label="Staff", type="number", stale_after_days=365)
    observed = timezone.now() - timedelta(days=400)
    record_fact(cast.alpenglow, "staff", 12, source="call", method="interview", observed_at=observed)
    record_fact(cast.baltic, "staff", 12, source="call", method="interview")
    return point


def test_only_the_admin_of_who_has_something_stale_is_mailed(cast, staff, sink):
    cast.sven.is_partner_admin = True
    cast.sven.save()
    assert send_reminders() == 1
    assert sink.recipients == ["nora@alpenglow.example"]
    mail = sink.to("nora@alpenglow.example")
    assert mail["Subject"] == "Alpenglow GmbH: one thing to confirm"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for kind in ("plain", "html"):
        text = mail.get_body([kind]).get_content()
        assert "Staff" in text
        assert "/confirm/" in text
        assert "/t/r/" in text
    row = Reminder.objects.get()
    assert (row.contact, row.things, row.state) == (cast.nora, 1, "delivered")


def test_not_again_within_two_weeks(cast, staff, sink, settings):
    send_reminders()
    assert send_reminders() == 0
    Reminder.objects.update(sent_at=timezone.now() - timedelta(days=15))
    assert send_reminders() == 1
    settings.REMINDER_DAYS = 0
    Reminder.objects.all().delete()
    assert send_reminders() == 0


def test_who_does_not_want_them_or_cannot_be_reached_gets_none(cast, staff, sink):
    set_preference(cast.nora.email, reminder_topic(), is_wanted=False, how="preferences")
    assert send_reminders() == 0
    TopicPreference.objects.all().delete()
    suppress_address(cast.nora.email, source=Suppression.Source.BOUNCE, reason="550")
    assert send_reminders() == 0
    assert (sink.recipients, Reminder.objects.count()) == ([], 0)


def test_a_full_week_is_kept(cast, staff, sink):
    AttentionPolicy.objects.update_or_create(pk=1, defaults={"per_week": 1})
    assert take_attention([cast.nora.email], attention_policy())
    assert send_reminders() == 0
    assert Reminder.objects.count() == 0
    Attention.objects.update(taken=[timezone.now() - timedelta(days=8)])
    assert send_reminders() == 1


def test_what_she_does_not_know_reminds_nobody(cast, staff, sink):
    abstain(cast.alpenglow, staff, "unknown", by=cast.nora.user)
    assert send_reminders() == 0


def test_a_stale_site_reminds_too_and_one_address_is_mailed_once(cast, sink):
    DataPoint.objects.filter(key="sites").update(stale_after_days=100)
    old = timezone.now() - timedelta(days=200)
    factories.make_contact(cast.baltic, "Nora Berg", cast.nora.email, user=cast.nora.user, is_partner_admin=True)
    for partner in (cast.alpenglow, cast.baltic):
        Site.objects.create(partner=partner, name="Hall", kind="plant", observed_at=old)
    assert send_reminders() == 1


def test_a_mailbox_that_does_not_exist_is_not_asked_again(cast, staff, sink):
    sink.on_recipient = lambda _address: "550 no such user"
    assert send_reminders() == 0
    assert Reminder.objects.get().state == "failed"
    Reminder.objects.all().delete()
    assert send_reminders() == 0
    assert Reminder.objects.count() == 0


def test_the_way_out_asks_on_get_and_acts_on_post(client, cast, staff, sink):
    send_reminders()
    address = f"/t/r/{reminder_token(Reminder.objects.get().pk)}"
    assert "Stop mails on “Reminders”?" in client.get(address).content.decode()
    assert TopicPreference.objects.count() == 0
    client.post(address, {"List-Unsubscribe": "One-Click"})
    kept = TopicPreference.objects.get()
    assert (kept.address, kept.topic.key, kept.is_wanted) == ("nora@alpenglow.example", "reminders", False)
    assert client.get(address + "x").status_code == 404


def test_what_is_required_and_missing_reminds_too(cast, sink):
    kind = cast.alpenglow.enrolments.get().kind
    DataPoint.objects.get(key="sites").required_kinds.add(kind)
    plans = DataPoint.objects.create(key="plans", label="Plans")
    plans.required_kinds.add(kind)
    assert send_reminders() == 1
    assert Reminder.objects.get().things == 2
    assert "Plans" in sink.to("nora@alpenglow.example").get_body(["plain"]).get_content()
    Reminder.objects.all().delete()
    abstain(cast.alpenglow, plans, "not_applicable", by=cast.nora.user)
    Site.objects.create(partner=cast.alpenglow, name="Graz", kind="plant")
    assert send_reminders() == 0
