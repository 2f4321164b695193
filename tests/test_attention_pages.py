"""What Nora chooses, what she reads about why she gets something, and what Maria is told before she sends."""

import pytest
from django.urls import reverse

from activity.models import Activity
from activity.refusals import Invalid, NotAllowed
from communications.actions import announcements
from communications.actions.attention import take_attention
from communications.models import ApprovalPolicy, AttentionPolicy, AttentionPreference, Digest, Topic
from communications.queries.attention import attention_policy
from context.models import DataPoint, Side
from tests import factories
from tests.announcement_story import approve, draft, send

pytestmark = pytest.mark.django_db


def test_nora_says_when_she_wants_to_be_reached(client, cast):
    client.force_login(cast.nora.user)
    page = client.get("/preferences/").content.decode()
    assert "0 of 20 used in the last seven days" in page
    assert "There is not enough data yet" in page
    chosen = {topic.key: "on" for topic in Topic.objects.all()} | {
        "when-rhythm": "weekly", "when-best_hour": "14", "when-quiet": "own", "when-quiet_from": "21:00",
        "when-quiet_until": "07:30",
    }  # fmt: skip
    assert client.post("/preferences/", chosen).status_code == 302
    row = AttentionPreference.objects.get()
    assert (row.person, row.rhythm, row.best_hour, row.quiet) == ("nora@alpenglow.example", "weekly", 14, "own")
    assert str(row.quiet_until) == "07:30:00"


@pytest.mark.parametrize("until", ["", "21:00"])
def test_quiet_hours_that_make_no_sense_are_refused_and_nothing_is_kept(client, cast, until):
    client.force_login(cast.nora.user)
    bad = {"when-rhythm": "daily", "when-quiet": "own", "when-quiet_from": "21:00", "when-quiet_until": until}
    answer = client.post("/preferences/", bad)
    assert answer.status_code == 422
    assert not AttentionPreference.objects.exists()


def test_how_much_is_used_is_said(client, cast):
    AttentionPolicy.objects.update_or_create(pk=1, defaults={"per_day": 1})
    take_attention([cast.nora.email], attention_policy())
    client.force_login(cast.nora.user)
    page = client.get("/preferences/").content.decode()
    assert "1 of 20 used in the last seven days, 1 of 1 in the last 24 hours" in page
    assert "goes into your digest" in page


def test_critical_needs_four_eyes_and_leaves_a_trace(cast):
    advisory = draft(cast, "A hole in Aurora", kind="security_advisory")
    version = announcements.submit_announcement(advisory, by=cast.maria)
    ApprovalPolicy.objects.update(needs_another_person=False)
    with pytest.raises(NotAllowed):
        announcements.approve_announcement(advisory, by=cast.maria, version=version.number)
    assert not Activity.objects.filter(verb="announcement.bypass_approved").exists()
    announcements.approve_announcement(advisory, by=cast.arthur, version=version.number)
    assert Activity.objects.get(verb="announcement.bypass_approved").data == {"version": 1, "priority": "critical"}


def test_only_what_the_policy_names_may_be_critical(cast):
    news = draft(cast, "News", kind="newsletter")
    with pytest.raises(Invalid, match="may not be critical"):
        announcements.change_announcement(news, by=cast.maria, priority="critical")
    news.refresh_from_db()
    assert news.priority == ""
    AttentionPolicy.objects.update_or_create(pk=1, defaults={"critical_kinds": ["newsletter"]})
    announcements.change_announcement(news, by=cast.maria, priority="critical")


def test_why_she_gets_it_says_her_own_data_and_no_more(client, cast, sink):
    DataPoint.objects.create(key="risk", label="Risk", type="text", seen_by=Side.MANAGERS)
    DataPoint.objects.create(key="cloud", label="Cloud", type="yes_no", seen_by=Side.BOTH)
    rule = {
        "all": [
            {"field": "enrolment.tier", "op": "in", "value": ["gold"]},
            {"field": "partner.country", "op": "ne", "value": "FR"},
            {"field": "fact.risk", "op": "is_empty", "value": True},
            {"any": [{"field": "enrolment.kind", "op": "eq", "value": "reseller"}]},
        ]
    }
    people = {"all": [{"field": "contact.function", "op": "in", "value": ["sales"]}]}
    sent = send(draft(cast, segment=factories.make_segment("Top resellers to win back", rule, people)), cast)
    client.force_login(cast.nora.user)
    page = client.get(f"/announcements/{sent.public_id}/").content.decode()
    mail = sink.to("nora@alpenglow.example").get_body(("plain",)).get_content()
    for text in (page, mail):
        assert "tier is Gold" in text
        assert "function includes" in text
        for secret in ("win back", "France", "FR", "Risk", "Reseller"):
            assert secret not in text.partition("It is for those")[2][:200]
    DataPoint.objects.update_or_create(key="tier", defaults={"label": "Tier", "type": "text", "seen_by": Side.MANAGERS})
    assert "tier is Gold" not in client.get(f"/announcements/{sent.public_id}/").content.decode()


def test_the_composer_names_whom_it_would_overload(cast, client):
    AttentionPolicy.objects.update_or_create(pk=1, defaults={"per_week": 1})
    take_attention([cast.nora.email], attention_policy())
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    composed = draft(cast)
    words = client.get(reverse("admin:communications_announcement_change", args=[composed.public_id])).content.decode()
    assert "1 person has had enough for now." in words
    assert "2 people get it now; for 1 it goes into their digest" in words
    assert "Nora Berg" in words.partition("1 person has had enough for now.")[2][:1500]


def test_a_digest_in_doubt_is_decided_by_a_person(cast, client):
    digest = Digest.objects.create(person=cast.nora.email, contact=cast.nora, state="in_doubt", due_at="2026-01-01T00:00Z")
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    lists = reverse("admin:communications_digest_changelist")
    assert cast.nora.email in client.get(lists).content.decode()
    client.post(lists, {"action": "let_be", "_selected_action": [digest.pk]})
    digest.refresh_from_db()
    assert (digest.state, digest.reason) == ("failed", "in doubt, not sent again")


def test_what_is_critical_says_so_on_its_page(cast, client):
    client.force_login(cast.arthur, backend="django.contrib.auth.backends.ModelBackend")
    advisory = approve(draft(cast, kind="security_advisory"), cast)
    page = client.get(reverse("admin:communications_announcement_page", args=[advisory.public_id])).content.decode()
    assert "critical: passes budgets and quiet hours" in page
