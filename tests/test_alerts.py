"""Rules that look for causes among partners: told once, with somebody to act, over when the cause is, and judged."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from activity.actions.tasks import finish_task
from activity.models import Task
from activity.refusals import Invalid, Refused
from collaboration.actions.attendance import note_attendance
from communications.actions.alerts import change_alert_rule, close_alert, judge_alert, look_by_rule, look_for_alerts, words_of
from communications.actions.announcements import submit_announcement
from communications.alert_causes import AlertCause, quarter_before, register_alert_cause
from communications.models import Alert, AlertRule, Announcement
from communications.queries.alerts import sums_of
from communications.queries.audience import audience_of
from context.models import DataPoint, Metric
from partners.models import Enrolment, PartnerCertification, PartnerProfile, PerformanceRecord
from partners.queries.tasks import tasks_to_do, with_partners
from tests import factories, meeting_story
from tests.alert_story import alerted, expiring, rule
from tests.api import integrator
from tests.planning_story import in_days

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"cause": "weather"}, "cause", "Known are: certificates"),
        ({"cause": "falling"}, "parameter", "needs it"),
        ({"parameter": "no-such"}, "parameter", "Choose one of the list"),
        ({"days": 0}, "days", "from 1 to 730"),
        ({"percent": 101}, "percent", "from 1 to 100"),
        ({"drafts_notice": True}, "notice_title", "Write what the notice says"),
        ({"drafts_notice": True, "notice_title": "Soon", "notice_body": "{{ contact.age }}"}, "notice_body", "no merge field"),
        ({"drafts_notice": True, "notice_title": "Soon", "notice_body": "[x](nowhere/at-all)"}, "notice_body", "leads nowhere"),
        ({"name": "Certificates run out"}, "name", "already has an alert rule"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_in_a_sentence(cast, fields, field, says):
    rule(cast)
    with pytest.raises(Invalid, match=says) as refusal:
        rule(cast, **{"name": "Another", **fields})
    assert refusal.value.field == field
    assert AlertRule.objects.count() == 1


def test_a_change_is_checked_together_with_what_stays(cast):
    kept = rule(cast)
    with pytest.raises(Invalid, match="Write what the notice says"):
        change_alert_rule(kept, by=cast.maria, drafts_notice=True)
    kept.refresh_from_db()
    assert not kept.drafts_notice


def test_what_is_found_is_a_task_of_the_partners_manager_once(cast):
    anna = factories.make_user("anna@vendor.example", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=anna)
    expiring(cast, contact=cast.ben)
    expiring(cast, cast.baltic, days=90)
    looks = rule(cast, within_days=5)
    assert [look_by_rule(looks), look_by_rule(looks)] == [1, 0]
    alert = Alert.objects.get()
    assert (alert.partner, alert.owner, alert.due_on) == (cast.alpenglow, anna, in_days(5))
    assert words_of(alert).startswith("The certificate “Aurora” expires on")
    alert.on_day = in_days(-1)
    assert words_of(alert).startswith("The certificate “Aurora” expired on")
    [row] = with_partners(tasks_to_do(anna))
    assert (row.task.title, row.partner) == ("Plan the renewal with them", cast.alpenglow)
    client = Client()
    client.force_login(anna)
    assert words_of(alert).split("“")[0] in client.get(row.source_url, follow=True).text


def test_it_ends_by_itself_when_its_cause_goes_and_tells_of_the_next_occasion(cast):
    alert = alerted(cast)
    PartnerCertification.objects.update(expires_on=in_days(400))
    look_for_alerts()
    alert.refresh_from_db()
    assert alert.ending == "gone"
    assert alert.task.state == Task.State.DONE
    PartnerCertification.objects.update(expires_on=in_days(20))  # another year, another day
    look_for_alerts()
    assert Alert.objects.count() == 2


def test_a_newer_certificate_of_the_same_person_is_enough(cast):
    alert = alerted(cast)
    expiring(cast, contact=cast.nora, days=300)
    look_for_alerts()
    assert Alert.objects.open().get() == alert  # hers is not his
    expiring(cast, contact=cast.ben, days=300)
    look_for_alerts()
    assert not Alert.objects.open().exists()


def test_what_was_done_by_hand_is_not_told_again(cast):
    alert = alerted(cast)
    finish_task(alert.task, by=cast.maria)
    look_for_alerts()
    alert.refresh_from_db()
    assert (alert.ending, Alert.objects.count()) == ("done", 1)
    with pytest.raises(Refused, match="closed already: done"):
        close_alert(alert, by=cast.maria)


def test_the_verdicts_are_counted_for_the_rule_and_the_last_word_counts(cast):
    first = alerted(cast)
    expiring(cast, cast.baltic)
    look_for_alerts()
    second = Alert.objects.exclude(pk=first.pk).get()
    judge_alert(first, by=cast.maria, is_useful=False)
    judge_alert(first, by=cast.maria, is_useful=True)
    judge_alert(second, by=cast.maria, is_useful=False)
    assert (first.ending, first.verdict) == ("dismissed", "useful")
    [told] = sums_of(AlertRule.objects.all(), cast.maria)
    assert (told.opened, told.open, told.useful.count, told.useful.of, told.false_alarms, told.unjudged) == (2, 0, 1, 2, 1, 0)
    second.task.refresh_from_db()
    assert second.task.state == Task.State.DROPPED


def test_of_a_rule_that_is_off_nothing_stays_open(cast):
    alert = alerted(cast)
    change_alert_rule(alert.rule, by=cast.maria, is_active=False)
    look_for_alerts()
    alert.refresh_from_db()
    assert (alert.ending, alert.task.state) == ("rule_off", Task.State.DROPPED)


def test_it_is_looked_for_among_the_partners_of_a_segment_only(cast):
    expiring(cast)
    expiring(cast, cast.baltic)
    german = factories.make_segment("German", {"all": [{"field": "partner.country", "op": "eq", "value": "DE"}]})
    look_by_rule(rule(cast, segment=german))
    assert Alert.objects.get().partner == cast.alpenglow


def test_a_notice_is_drafted_to_those_concerned_and_to_nobody_else(cast):
    expiring(cast)
    looks = rule(cast, drafts_notice=True, notice_title="Renew it", notice_body="Dear {{ contact.first_name }}, renew it.")
    look_by_rule(looks)
    notice = Announcement.objects.get(title="Renew it")
    assert (notice.state, notice.author, Alert.objects.get().notice) == ("draft", cast.maria, notice)
    assert set(audience_of(notice)) == {cast.nora, cast.ben}
    expiring(cast, cast.baltic)
    look_by_rule(looks)
    assert Announcement.objects.filter(title="Renew it").count() == 1  # one waits already, and is for them, too
    assert set(audience_of(notice)) == {cast.nora, cast.ben, cast.sven}
    with pytest.raises(Invalid, match="asks for it"):
        submit_announcement(notice, by=cast.maria)  # somebody has to say who must act
    Alert.objects.filter(partner=cast.alpenglow).update(closed_at=timezone.now(), ending="done")
    assert set(audience_of(notice)) == {cast.sven}


def test_a_value_that_becomes_stale(cast):
    DataPoint.objects.update_or_create(key="employees", defaults={"label": "Employees", "stale_after_days": 90})
    PartnerProfile.objects.filter(partner=cast.alpenglow).update(
        stale_at={"employees": (timezone.now() + timedelta(days=3)).isoformat()}
    )
    looks = rule(cast, "Stale", cause="facts", days=7)
    assert look_by_rule(looks) == 1
    assert "“Employees” is to be confirmed by" in words_of(Alert.objects.get())
    PartnerProfile.objects.filter(partner=cast.alpenglow).update(
        stale_at={"employees": (timezone.now() + timedelta(days=90)).isoformat()}
    )
    look_by_rule(looks)
    assert not Alert.objects.open().exists()


def test_silence_is_broken_by_any_sign_of_life(cast):
    Enrolment.objects.update(starts_on=in_days(-200))
    User.objects.filter(pk=cast.nora.user_id).update(last_seen_at=timezone.now() - timedelta(days=70))
    User.objects.filter(pk=cast.sven.user_id).update(last_seen_at=timezone.now() - timedelta(days=3))
    looks = rule(cast, "Silent", cause="silence", days=60)
    assert look_by_rule(looks) == 1
    alert = Alert.objects.get()
    assert (alert.partner, alert.on_day) == (cast.alpenglow, in_days(-70))
    User.objects.filter(pk=cast.ben.user_id).update(last_seen_at=timezone.now())
    look_by_rule(looks)
    assert not Alert.objects.open().exists()


def test_who_came_to_a_meeting_is_not_silent(cast):
    Enrolment.objects.update(starts_on=in_days(-200))
    meeting = meeting_story.begun(meeting_story.invited(cast), minutes=60 * 24 * 2)
    looks = rule(cast, "Silent", cause="silence", days=60)
    assert look_by_rule(looks) == 2
    note_attendance(meeting, {meeting_story.seat(meeting, cast.nora).pk: True}, by=cast.maria)
    look_by_rule(looks)
    assert [alert.partner for alert in Alert.objects.open()] == [cast.baltic]


@pytest.mark.parametrize(("is_more_better", "falls"), [(True, "Alpenglow GmbH"), (False, "Baltic Cloud OÜ")])
def test_performance_that_falls_by_enough_in_the_latest_quarter(cast, is_more_better, falls):
    Metric.objects.update_or_create(key="units", defaults={"label": "Units", "is_more_better": is_more_better})
    latest, before = (quarter_before(timezone.localdate(), n) for n in (1, 2))
    for partner, figures in ((cast.alpenglow, (100, 70)), (cast.baltic, (100, 130))):
        for day, value in zip((before, latest), figures, strict=True):
            PerformanceRecord.objects.create(
                partner=partner, metric="units", period_start=day, period_end=day + timedelta(days=27), value=value, source="t",
                method="import", observed_at=datetime.now(UTC),
            )  # fmt: skip
    assert look_by_rule(rule(cast, "Falls less", cause="falling", parameter="units", percent=31)) == 0
    assert look_by_rule(rule(cast, "Falls", cause="falling", parameter="units", percent=30)) == 1
    alert = Alert.objects.get()
    assert alert.partner.name == falls
    assert words_of(alert).startswith("30 % worse in the quarter that ended on")


@given(st.dates(datetime(2000, 1, 1).date(), datetime(2100, 1, 1).date()), st.integers(0, 12))
def test_a_quarter_begins_in_january_april_july_or_october(day, quarters):
    first = quarter_before(day, quarters)
    assert first.month in (1, 4, 7, 10)
    assert first.day == 1
    months = day.year * 12 + day.month - first.year * 12 - first.month
    assert 3 * quarters <= months < 3 * quarters + 3


def test_an_app_above_adds_a_cause_and_one_that_breaks_says_so_and_closes_nothing(cast, monkeypatch):
    monkeypatch.setattr("communications.alert_causes._causes", {})
    working = "SELECT %s::bigint, 'agreement:1', current_date, 'Frame contract'", (cast.baltic.pk,)
    told = {"statement": working}
    lapses = "“%(what)s” lapses on %(day)s"
    register_alert_cause(AlertCause("agreements", "An agreement lapses", lapses, "Renew it", lambda rule, day: told["statement"]))
    looks = rule(cast, "Agreements", cause="agreements")
    assert look_by_rule(looks) == 1
    told["statement"] = "SELECT no_such_column FROM partners_partner", ()
    assert look_by_rule(looks) == 0
    assert looks.trouble
    assert Alert.objects.open().count() == 1
    told["statement"] = working
    look_by_rule(looks)
    assert looks.trouble == ""


def test_pages_show_it_and_judge_it(cast, django_assert_max_num_queries):
    alert = alerted(cast)
    client = Client()
    client.force_login(cast.maria)
    with django_assert_max_num_queries(12):
        text = client.get(reverse("admin:communications_alertrule_page", args=[alert.rule.public_id])).text
    assert "1 alert is open." in text
    with django_assert_max_num_queries(12):
        assert client.get(reverse("admin:communications_alert_changelist")).status_code == 200
    for which in ("mine", "unjudged", "closed", "all"):
        assert client.get(reverse("admin:communications_alert_changelist"), {"is": which}).status_code == 200
    judge = reverse("admin:communications_alert_judge", args=[alert.public_id])
    assert "Say useful or not useful" in client.post(judge, {"verdict": "perhaps"}, follow=True).text
    alert.refresh_from_db()
    assert alert.verdict == ""
    client.post(judge, {"verdict": "useful"})
    client.post(reverse("admin:communications_alert_close", args=[alert.public_id]))
    alert.refresh_from_db()
    assert (alert.verdict, alert.ending) == ("useful", "done")
    assert "1 of 1 judged" in client.get(reverse("admin:communications_alertrule_changelist")).text
    overview = client.get(reverse("admin:partners_partner_overview", args=[cast.alpenglow.public_id]) + "?tab=work").text
    assert "Certificates run out" in overview


def test_what_a_rule_looks_for_is_said_in_words(cast):
    falls = rule(cast, "Less on time", cause="falling", parameter="on_time_delivery", percent=5)
    client = Client()
    client.force_login(cast.maria)
    for address in (
        reverse("admin:communications_alertrule_changelist"),
        reverse("admin:communications_alertrule_page", args=[falls.public_id]),
    ):
        text = client.get(address).text
        assert "Performance falls (On-time delivery), by 5 % or more" in text
        assert "on_time_delivery" not in text


def test_by_the_api_rules_are_set_and_alerts_read_judged_and_closed(cast):
    alert = alerted(cast)
    maria = integrator(cast.maria)
    made = maria.post("alert-rules/", {"name": "Silence", "cause": "silence", "days": 30})
    assert made.status_code == 201, made.json()
    assert made.json()["action"] == "Call them"
    assert maria.patch(f"alert-rules/{made.json()['id']}/", {"days": 45}).json()["days"] == 45
    [found] = maria.get("alerts/", is_open="true", partner=str(cast.alpenglow.public_id)).json()["results"]
    assert (found["id"], found["verdict"]) == (str(alert.public_id), "")
    assert maria.post(f"alerts/{found['id']}/judge/", {"is_useful": True}).json()["verdict"] == "useful"
    assert maria.post(f"alerts/{found['id']}/close/").json()["ending"] == "done"
    assert maria.post(f"alerts/{found['id']}/close/").status_code == 409
    told = maria.get(f"alert-rules/{alert.rule.public_id}/usefulness/").json()
    assert told == {"opened": 1, "open": 0, "useful": 1, "judged": 1}
    assert integrator(cast.arthur).post(f"alerts/{found['id']}/judge/", {"is_useful": False}).status_code == 403
