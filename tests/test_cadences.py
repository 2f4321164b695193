"""What was promised to a segment, how it was kept with each partner, and who is told where it was not."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from activity.models import Activity, Task
from activity.refusals import Invalid
from collaboration.models import Invitee, Meeting
from communications.actions.alarms import look_for_alarms
from communications.actions.cadences import change_cadence, look_at_cadence, look_at_cadences
from communications.actions.newsletters import draft_newsletter
from communications.calendar_sources import calendar_sources
from communications.models import Alarm, Cadence, CadenceStanding, Delivery
from communications.queries.cadences import lines_of, summaries_of
from communications.queries.neglect import WEEKS, neglect_of
from communications.queries.portfolio import EVERYONE, Portfolio
from partners.models import Enrolment
from tests import announcement_story, factories, meeting_story, planning_story
from tests.api import integrator
from tests.cadence_story import promise, publish

pytestmark = pytest.mark.django_db


def states_of(cadence) -> dict[str, str]:
    """By partner, the first letters of what the strip shows."""
    lines, _more = lines_of(cadence, EVERYONE)
    return {line.standing.partner.name.split()[0]: "".join(cell.state[0] for cell in line.cells) for line in lines}


def heard(cast, partner, *days_ago: int) -> None:
    """Somebody there got something, so many days ago."""
    contact = partner.contacts.first()
    for days in days_ago:
        row = announcement_story.draft(cast, f"Word of {days} days ago")
        at = timezone.now() - timedelta(days=days)
        type(row).objects.filter(pk=row.pk).update(state="sent", frozen_at=at, send_at=at)
        fields = {"channel": "portal", "state": "delivered", "settled_at": at}
        Delivery.objects.create(announcement_id=row.pk, contact=contact, partner=partner, **fields)


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"kind": "telegram"}, "kind", "Known are: .*newsletter.*meeting"),
        ({"weeks": 0}, "weeks", "from 1 to 52"),
        ({"weeks": True}, "weeks", "whole number"),
        ({"grace_days": 61}, "grace_days", "from 0 to 60"),
        ({"starts_on": date(1, 1, 1)}, "starts_on", "between 2000 and 2100"),
        ({"introduction": "{{ contact.shoe_size }}"}, "introduction", "no merge field"),
        ({"also_without_items": True}, "introduction", "Write an introduction"),
        ({"name": "Partner news"}, "name", "already has a cadence"),
    ],
)
def test_what_cannot_be_promised_is_refused_in_a_sentence(cast, fields, field, says):
    promise(cast)
    with pytest.raises(Invalid, match=says) as refusal:
        promise(cast, **{"name": "Another", **fields})
    assert refusal.value.field == field
    assert Cadence.objects.count() == 1


def test_a_change_is_checked_together_with_what_stays(cast):
    cadence = promise(cast)
    with pytest.raises(Invalid, match="Write an introduction"):
        change_cadence(cadence, by=cast.maria, also_without_items=True)
    cadence.refresh_from_db()
    assert not cadence.also_without_items


def test_each_period_is_kept_missed_or_open_with_each_partner(cast):
    Enrolment.objects.filter(partner=cast.baltic).update(starts_on=timezone.localdate() - timedelta(days=50))
    heard(cast, cast.alpenglow, 80, 30, 2)
    cadence = promise(cast, kind="announcement", days_ago=86, weeks=4)
    assert states_of(cadence) == {"Alpenglow": "kmkk", "Baltic": "eemo"}  # Baltic came in the middle of the second period
    rows = {row.partner_id: row for row in CadenceStanding.objects.all()}
    assert rows[cast.alpenglow.pk].due_on == cadence.last_day_of(4)
    assert rows[cast.baltic.pk].due_on == cadence.last_day_of(2)
    assert rows[cast.baltic.pk].broken_since is None  # within the days of grace
    [summary] = summaries_of([cadence])
    assert [(period.kept, period.expected) for period in summary.periods] == [(1, 1), (0, 1), (1, 2), (1, 2)]


@given(st.lists(st.integers(0, 300), max_size=6), st.integers(1, 13), st.integers(0, 300))
def test_a_day_is_in_one_period_and_periods_follow_each_other(days, weeks, begun):
    cadence = Cadence(weeks=weeks, starts_on=date(2030, 1, 1))
    for day in days:
        on = date(2030, 1, 1) + timedelta(days=day - begun)
        period = cadence.period_of(on)
        assert cadence.first_day_of(period) <= on <= cadence.last_day_of(period)
        assert cadence.first_day_of(period + 1) == cadence.last_day_of(period) + timedelta(days=1)
        assert (period < 0) == (on < cadence.starts_on)


def test_a_breach_is_told_once_to_who_is_to_mend_it_and_ends_by_itself(cast):
    heard(cast, cast.alpenglow, 2)
    cadence = promise(cast, kind="announcement", days_ago=40)
    [task] = Task.objects.open()
    assert (task.owner, task.source_id, "1 partner" in task.title) == (cast.maria, cadence.pk, True)
    assert "Baltic Cloud" in task.detail
    assert "Alpenglow" not in task.detail
    look_at_cadences()
    assert Task.objects.count() == 1
    look_for_alarms()
    assert "Partner news" in Alarm.objects.open().get(rule="cadence_broken").sentence

    heard(cast, cast.baltic, 0)
    look_at_cadences()
    task.refresh_from_db()
    assert task.state == Task.State.DONE
    assert not CadenceStanding.objects.broken().exists()


def test_who_ended_the_task_is_asked_again_only_when_it_breaks_with_one_more(cast):
    promise(cast, kind="announcement", days_ago=40)
    Task.objects.update(state="dropped", ended_at=timezone.now())
    look_at_cadences()
    assert not Task.objects.open().exists()
    new = factories.make_partner("Cumulus", programme=cast.programme)
    look_at_cadences()
    [task] = Task.objects.open()
    assert "3 partners" in task.title
    assert CadenceStanding.objects.get(partner=new).told_at


def test_what_is_personal_is_mended_by_each_partners_manager(cast):
    anna = factories.make_user("anna@vendor.example", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=anna)
    meeting = meeting_story.invited(cast, days=1)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=timezone.now() - timedelta(days=5))
    promise(cast, "A talk a quarter", kind="meeting", weeks=2, days_ago=20, grace_days=0)
    assert {task.owner for task in Task.objects.open()} == {anna, cast.maria}  # Baltic has no manager
    Invitee.objects.filter(meeting=meeting, contact=cast.nora).update(attended=True)
    look_at_cadences()
    assert {task.owner for task in Task.objects.open()} == {cast.maria}


def test_what_is_taken_back_has_no_standing_and_no_task(cast):
    cadence = promise(cast, kind="announcement", days_ago=40)
    change_cadence(cadence, by=cast.maria, is_active=False)
    assert not CadenceStanding.objects.exists()
    assert not Task.objects.open().exists()
    assert "in force changed" in Activity.objects.get(verb="cadence.changed").sentence


def test_neglect_goes_by_what_was_promised_to_the_segment(cast):
    promised, other = factories.make_segment("Promised"), factories.make_segment("Other")
    planning_story.objective(cast, segments=[promised, other])
    for segment in (promised, other):
        publish(cast, f"To {segment}", days_ago=17, segment=segment)
    before = neglect_of(cast.programme, None, user=cast.maria, portfolio=EVERYONE)
    assert before.segments == ()
    promise(cast, kind="announcement", weeks=2, segment=promised)
    [line] = neglect_of(cast.programme, None, user=cast.maria, portfolio=EVERYONE).segments
    assert (line.name, line.weeks, WEEKS) == ("Promised", 2, 4)
    assert neglect_of(cast.programme, 3, user=cast.maria, portfolio=EVERYONE).segments == ()


def test_a_manager_sees_how_it_stands_with_their_own_partners(cast, django_assert_max_num_queries):
    cadence = promise(cast, kind="announcement", days_ago=40)
    [summary] = summaries_of([cadence], Portfolio((cast.baltic.pk,)))
    assert (summary.partners, summary.broken) == (1, 1)
    client = Client()
    client.force_login(cast.maria)
    with django_assert_max_num_queries(12):
        text = client.get(reverse("admin:communications_cadence_page", args=[cadence.public_id])).text
    assert "with 2 it is broken" in text
    assert client.get(reverse("admin:communications_cadence_changelist")).status_code == 200
    overview = client.get(reverse("admin:partners_partner_overview", args=[cast.baltic.public_id]) + "?tab=communication").text
    assert "Promised and kept" in overview


def test_nothing_is_called_kept_before_anybody_has_heard(cast, client):
    cadence = promise(cast, kind="announcement", days_ago=3)
    client.force_login(cast.maria)
    page = reverse("admin:communications_cadence_page", args=[cadence.public_id])
    assert "so far it is kept with 0 of 2 partners" in client.get(page).text
    publish(cast, "News", days_ago=1)
    look_at_cadence(cadence)
    assert "so far it is kept with 2 of 2 partners" in client.get(page).text


def test_promised_days_are_on_the_calendar_until_the_newsletter_is_there_itself(cast):
    cadence = promise(cast, days_ago=26)
    [source] = [one for one in calendar_sources() if one.key == "cadences"]
    days = (timezone.localdate() - timedelta(days=60), timezone.localdate() + timedelta(days=40))
    due = [timezone.localdate() + timedelta(days=n) for n in (2, 30)]
    assert [entry.day for entry in source.for_manager(cast.maria, *days)] == due
    draft_newsletter(cadence, due[0])
    assert [entry.day for entry in source.for_manager(cast.maria, *days)] == due[1:]
    assert list(source.for_manager(cast.nora.user, *days)) == []


def test_by_the_api_it_is_promised_and_read(cast):
    maria = integrator(cast.maria)
    segment = factories.make_segment("Everyone")
    sent = {"name": "News", "segment": str(segment.public_id), "kind": "announcement", "weeks": 4, "starts_on": "2026-01-05"}
    made = maria.post("cadences/", sent)
    assert made.status_code == 201, made.json()
    address = f"cadences/{made.json()['id']}/"
    assert maria.get(f"{address}standing/").json()["partners"] == 2
    assert len(maria.get(f"{address}partners/", only="broken").json()["results"]) == 2
    assert maria.get(f"{address}partners/", only="odd").status_code == 422
    assert maria.get(f"{address}partners/", page="-1").status_code == 422
    assert maria.patch(address, {"weeks": 60}).status_code in (400, 422)
    assert maria.patch(address, {"weeks": 2}).json()["weeks"] == 2
    assert integrator(cast.maria, "partners:read").get("cadences/").status_code == 403
