"""Rules that say for how long what is kept, and that run."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activity.actions import record_activity
from activity.actions.webhook_sending import send_again
from activity.models import Access, Activity, WebhookAttempt, WebhookEndpoint, WebhookMessage
from activity.refusals import Invalid, Refused
from communications.queries.webhook_deliveries import counted_messages
from context.actions.facts import record_fact
from context.actions.verdicts import give_verdict
from context.models import DataPoint, Fact, Verdict
from partners.actions.retention import rows_of, run_rules, save_rule
from partners.models import Contact, RetentionRule
from partners.tasks import run_retention_rules
from tests import factories
from tests.bounce_story import mailed

pytestmark = pytest.mark.django_db


def rule(what: str, days: int, *, by, is_active: bool = True) -> RetentionRule:
    return save_rule(RetentionRule(what=what, days=days, is_active=is_active), by=by)


def test_what_is_too_old_goes_and_the_rest_stays(cast):
    for days in (10, 400):
        Access.objects.create(user=cast.maria, partner_id=cast.alpenglow.pk, day=timezone.localdate() - timedelta(days=days))
    saved = rule("accesses", 365, by=cast.maria)
    assert rows_of(saved).count() == 1

    run_retention_rules()

    assert [access.day for access in Access.objects.all()] == [timezone.localdate() - timedelta(days=10)]
    saved.refresh_from_db()
    assert saved.last_count == 1
    assert Activity.objects.get(verb="retention.ran").data == {"what": "accesses", "count": 1}
    run_rules()
    assert Activity.objects.filter(verb="retention.ran").count() == 1


def test_a_rule_that_is_not_switched_on_removes_nothing(cast):
    Access.objects.create(user=cast.maria, partner_id=cast.alpenglow.pk, day=timezone.localdate() - timedelta(days=400))
    rule("accesses", 365, by=cast.maria, is_active=False)

    assert run_rules() == {}
    assert Access.objects.exists()


def test_withdrawn_facts_go_and_others_stay(cast):
    DataPoint.objects.create(key="employees", label="Employees", type="number")
    kept, gone = (record_fact(cast.alpenglow, "employees", n, source="call", method="manual", by=cast.maria) for n in (1, 2))
    give_verdict(gone, "withdrawn", by=cast.maria)
    Verdict.objects.update(at=timezone.now() - timedelta(days=50))
    rule("withdrawn_facts", 40, by=cast.maria)

    assert run_rules() == {"withdrawn_facts": 1}
    assert list(Fact.objects.all()) == [kept]


def test_who_left_long_ago_is_forgotten_but_not_who_works_elsewhere(cast):
    long_ago = timezone.localdate() - timedelta(days=800)
    factories.make_contact(cast.baltic, "Ben Ott", "ben@baltic.example", user=cast.ben.user)
    Contact.objects.filter(pk=cast.ben.pk).update(left_on=long_ago)
    Contact.objects.filter(pk=cast.nora.pk).update(left_on=long_ago)
    record_activity("call.made", "Maria spoke with Nora Berg", by=cast.maria, partner_id=cast.alpenglow.pk)
    rule("left_contacts", 730, by=cast.maria)

    assert run_rules() == {"left_contacts": 1}

    assert set(Contact.objects.filter(partner=cast.alpenglow).values_list("name", flat=True)) == {"[erased]", "Ben Ott"}
    assert Activity.objects.get(verb="call.made").sentence == "Maria spoke with [erased]"
    assert run_rules() == {"left_contacts": 0}


@pytest.mark.parametrize(("what", "days", "words"), [("dreams", 90, "nothing called"), ("activity", 3, "at least 30 days")])
def test_a_rule_without_sense_is_refused(cast, what, days, words):
    with pytest.raises(Invalid, match=words):
        rule(what, days, by=cast.maria)
    assert not RetentionRule.objects.exists()


def test_the_list_says_how_many_rows_would_go(cast, client):
    Access.objects.create(user=cast.maria, partner_id=cast.alpenglow.pk, day=timezone.localdate() - timedelta(days=400))
    client.force_login(cast.maria)
    client.post("/admin/partners/retentionrule/add/", {"what": "accesses", "days": "365"})

    page = client.get("/admin/partners/retentionrule/").content.decode()

    assert "Records of who looked" in page
    assert RetentionRule.objects.get().is_active is False
    client.post(f"/admin/partners/retentionrule/{RetentionRule.objects.get().pk}/change/", {"days": "365", "is_active": "on"})
    assert RetentionRule.objects.get().is_active is True


def message(endpoint, days_ago: int, *, about=None, state="delivered") -> WebhookMessage:
    then = timezone.now() - timedelta(days=days_ago)
    source = {"source_type": "communications.announcement", "source_id": about.pk} if about else {}
    row = WebhookMessage.objects.create(
        endpoint=endpoint, event="announcement.published", body='{"title": "Aurora"}', state=state, settled_at=then, **source
    )
    WebhookAttempt.objects.create(message=row, status=200, answer="ok", milliseconds=3)
    return row


def test_what_webhooks_were_told_goes_and_a_report_still_adds_up(cast):
    endpoint, other = (
        WebhookEndpoint.objects.create(name=name, form="slack", url="https://chat.example/x", partner_id=cast.alpenglow.pk)
        for name in ("Room", "Other room")
    )
    announcement = mailed(cast)
    told, unsure = message(endpoint, 90, about=announcement), message(other, 90, about=announcement, state="in_doubt")
    gone, kept = message(endpoint, 90), message(endpoint, 10)
    saved = rule("webhook_messages", 60, by=cast.maria)
    assert set(rows_of(saved)) == {told, gone}

    assert run_rules() == {"webhook_messages": 2}

    assert {row.pk: bool(row.body) for row in WebhookMessage.objects.all()} == {told.pk: False, unsure.pk: True, kept.pk: True}
    assert set(WebhookAttempt.objects.values_list("message", flat=True)) == {unsure.pk, kept.pk}
    assert counted_messages(announcement) == {"delivered": 1, "in_doubt": 1}
    with pytest.raises(Refused, match="is not kept any more"):
        send_again(told, by=cast.maria)
    assert run_rules() == {"webhook_messages": 0}
