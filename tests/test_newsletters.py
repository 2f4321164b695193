"""Newsletters of a cadence: what each person gets in theirs, and why; checked by a person, or released by an approved rule."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activity.models import Task
from activity.refusals import NotAllowed, Refused
from communications.actions.announcements import approve_announcement, schedule_announcement, submit_announcement
from communications.actions.cadences import approve_release_rule, change_cadence, look_at_cadences
from communications.actions.engagement import mark_read
from communications.actions.newsletters import draft_next, draw_up_anew, keep_newsletters, leave_out
from communications.actions.preferences import set_preference
from communications.models import Cadence, CadenceStanding, Delivery, Newsletter, NewsletterPick, Reason, State, Topic
from communications.queries.announcement_page import reading_of
from communications.queries.newsletters import choices_for
from tests.announcement_story import work_off
from tests.cadence_story import drafted, no_quiet_hours, promise, publish

pytestmark = pytest.mark.django_db


def titles_for(newsletter, contact) -> list[str]:
    return [str(choice.announcement) for choice in choices_for(newsletter, contact)]


def send(newsletter, cast) -> None:
    announcement = newsletter.announcement
    version = submit_announcement(announcement, by=cast.maria)
    approve_announcement(announcement, by=cast.arthur, version=version.number)
    schedule_announcement(announcement, by=cast.maria)
    work_off()


def test_each_person_gets_what_reached_them_by_what_counts_for_them(cast):
    newsletter = drafted(cast)
    assert titles_for(newsletter, cast.ben) == ["New margins", "Exam dates"]  # important; then for his function
    assert titles_for(newsletter, cast.nora) == ["New margins"]  # the other one never reached her
    first, second = choices_for(newsletter, cast.ben)
    assert first.pick.reasons == ["important"]
    assert second.pick.reasons == ["function"]
    assert first.pick.score > second.pick.score > 5  # 5 for its kind; 2, and 3 for the function
    assert newsletter.announcement.details["period"]


def test_what_was_read_refused_or_is_over_is_in_nobodys(cast):
    read, unwanted, over = (publish(cast, name, topic=topic) for name, topic in (
        ("Read", None), ("Unwanted", "training"), ("Over", None),
    ) for topic in [Topic.objects.get_or_create(key=topic or "general", defaults={"name": "Topic"})[0]])  # fmt: skip
    mark_read(read, contact=cast.nora)
    set_preference(cast.nora.email, unwanted.topic, is_wanted=False, how="preferences")
    type(over).objects.filter(pk=over.pk).update(expires_at=timezone.now())
    newsletter = draft_next(promise(cast), by=cast.maria)
    assert titles_for(newsletter, cast.nora) == []
    assert sorted(titles_for(newsletter, cast.ben)) == ["Read", "Unwanted"]


def test_what_one_reads_of_ranks_higher_and_no_more_than_promised_is_taken(cast):
    training, _new = Topic.objects.get_or_create(key="training", defaults={"name": "Training"})
    mark_read(publish(cast, "An older one", days_ago=60, topic=training), contact=cast.nora)
    publish(cast, "On training", days_ago=9, topic=training)
    for n in range(3):
        publish(cast, f"General {n}", days_ago=n + 1)
    newsletter = draft_next(promise(cast, items_at_most=2), by=cast.maria)
    assert titles_for(newsletter, cast.nora) == ["On training", "General 0"]
    assert titles_for(newsletter, cast.sven) == ["General 0", "General 1"]


@pytest.mark.slow
def test_it_is_mailed_to_each_with_their_own_and_to_nobody_without(cast, sink):
    no_quiet_hours(cast.nora, cast.ben, cast.sven)
    newsletter = drafted(cast)
    NewsletterPick.objects.filter(contact_id=cast.sven.pk).delete()
    mark_read_all(newsletter, cast.sven)
    send(newsletter, cast)
    html = sink.to("ben@alpenglow.example").get_body(("html",)).get_content()
    assert html.index("New margins") < html.index("Exam dates")
    assert "for your function" in html
    plain = sink.to("nora@alpenglow.example").get_body(("plain",)).get_content()
    assert "New margins" in plain
    assert "Exam dates" not in plain
    assert "/t/c/" in plain  # followed links are counted in its report
    rows = Delivery.objects.filter(announcement=newsletter.announcement, contact=cast.sven)
    assert set(rows.values_list("state", "reason")) == {("suppressed", Reason.NOTHING_NEW.value)}
    assert [entry.title for entry in reading_of(newsletter.announcement, cast.ben).entries] == ["New margins", "Exam dates"]
    assert newsletter.announcement.versions.get().links[-1].startswith("http")


def mark_read_all(newsletter, contact) -> None:
    for item in newsletter.items.select_related("announcement"):
        mark_read(item.announcement, contact=contact)


@pytest.mark.slow
def test_what_is_read_between_the_check_and_the_sending_is_left_out(cast, sink):
    no_quiet_hours(cast.nora, cast.ben, cast.sven)
    newsletter = drafted(cast)
    mark_read(newsletter.items.get(announcement__title="New margins").announcement, contact=cast.ben)
    send(newsletter, cast)
    plain = sink.to("ben@alpenglow.example").get_body(("plain",)).get_content()
    assert "Exam dates" in plain
    assert "New margins" not in plain


@pytest.mark.slow
def test_where_all_are_to_get_it_the_introduction_goes_alone(cast, sink):
    no_quiet_hours(cast.nora, cast.ben, cast.sven)
    newsletter = draft_next(promise(cast, introduction="Dear {{ contact.name }}.", also_without_items=True), by=cast.maria)
    send(newsletter, cast)
    assert "Dear Nora Berg." in sink.to("nora@alpenglow.example").get_body(("plain",)).get_content()


def test_leaving_one_out_is_a_change_that_is_approved_anew(cast):
    newsletter = drafted(cast)
    submit_announcement(newsletter.announcement, by=cast.maria)
    item = newsletter.items.get(announcement__title="New margins")
    leave_out(newsletter, item, by=cast.arthur)
    newsletter.announcement.refresh_from_db()
    assert newsletter.announcement.state == State.DRAFT
    assert titles_for(newsletter, cast.ben) == ["Exam dates"]
    version = submit_announcement(newsletter.announcement, by=cast.maria)
    with pytest.raises(NotAllowed, match="another person"):
        approve_announcement(newsletter.announcement, by=cast.arthur, version=version.number)  # he changed what is in it
    draw_up_anew(newsletter, by=cast.maria)
    assert titles_for(newsletter, cast.ben) == ["Exam dates"]  # left out stays left out


@pytest.mark.slow
def test_what_was_sent_is_drawn_up_no_more(cast, sink):
    newsletter = drafted(cast)
    send(newsletter, cast)
    before = list(NewsletterPick.objects.values_list("contact_id", "item_id"))
    with pytest.raises(Refused, match="can no longer be changed"):
        draw_up_anew(newsletter, by=cast.maria)
    assert list(NewsletterPick.objects.values_list("contact_id", "item_id")) == before


def test_it_is_drafted_once_when_it_is_due_and_its_owner_is_asked_to_check_it(cast):
    publish(cast, "New margins", kind="price_list")
    promise(cast, days_ago=26, draft_days=3)
    assert keep_newsletters() == 1
    assert keep_newsletters() == 0
    newsletter = Newsletter.objects.get()
    task = Task.objects.open().get(source_type="communications.newsletter")
    assert (newsletter.announcement.state, task.owner, task.due_on) == (State.DRAFT, cast.maria, newsletter.due_on)
    assert newsletter.announcement.planned_on == newsletter.due_on == timezone.localdate() + timedelta(days=2)
    submit_announcement(newsletter.announcement, by=cast.maria)
    keep_newsletters()
    task.refresh_from_db()
    assert task.state == Task.State.DONE


def test_nobody_approves_a_rule_of_their_own(cast):
    cadence = promise(cast, release="rule")
    cast.maria.groups.add(*cast.arthur.groups.all())
    with pytest.raises(NotAllowed, match="Another person"):
        approve_release_rule(cadence, by=cast.maria)
    approve_release_rule(cadence, by=cast.arthur)
    with pytest.raises(Refused, match="approved this rule already"):
        approve_release_rule(cadence, by=cast.arthur)
    change_cadence(cadence, by=cast.maria, least_items=3)
    assert cadence.rule_approved_at is None  # what was approved is no more
    with pytest.raises(Refused, match="no rule to approve"):
        approve_release_rule(promise(cast, "Checked"), by=cast.arthur)


@pytest.mark.slow
def test_by_an_approved_rule_it_goes_out_by_itself_in_the_name_of_who_approved_it(cast, sink):
    no_quiet_hours(cast.nora, cast.ben, cast.sven)
    publish(cast, "New margins", kind="price_list")
    cadence = promise(cast, release="rule", least_items=1, days_ago=0)
    approve_release_rule(cadence, by=cast.arthur)
    keep_newsletters()
    announcement = Newsletter.objects.get().announcement
    assert announcement.state == State.SCHEDULED
    assert announcement.approved_by == cast.arthur
    type(announcement).objects.update(send_at=timezone.now())
    work_off()
    assert "New margins" in sink.to("nora@alpenglow.example").get_body(("plain",)).get_content()
    look_at_cadences()
    assert all(0 in row.periods for row in CadenceStanding.objects.all())


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (lambda cadence, cast: None, "nobody has approved the rule"),
        (
            lambda cadence, cast: (approve_release_rule(cadence, by=cast.arthur), cast.arthur.groups.clear()),
            "may not approve any more",
        ),
        (lambda cadence, cast: approve_release_rule(cadence, by=cast.arthur), "0 items, and 2 are asked for"),
    ],
)
def test_where_the_rule_does_not_hold_somebody_is_asked_and_told_why(cast, prepare, says):
    cadence = promise(cast, release="rule")
    prepare(cadence, cast)
    keep_newsletters()
    newsletter = Newsletter.objects.get()
    assert newsletter.announcement.state == State.DRAFT
    assert says in newsletter.held_because
    assert says in Task.objects.open().get().detail


def test_a_promise_of_nobody_is_not_drafted(cast):
    cadence = promise(cast)
    Cadence.objects.update(owner=None)
    keep_newsletters()
    assert not Newsletter.objects.filter(cadence=cadence).exists()


def test_the_page_says_who_gets_what_and_why(cast, django_assert_max_num_queries):
    newsletter = drafted(cast)
    client = Client()
    client.force_login(cast.maria)
    address = reverse("admin:communications_newsletter_page", args=[newsletter.public_id])
    with django_assert_max_num_queries(13):
        text = client.get(address, {"reader": str(cast.ben.public_id), "q": "Ben"}).text
    assert "3 of 3 people get something" in text
    assert "it is for people with their function" in text
    item = newsletter.items.get(announcement__title="New margins")
    toggle = reverse("admin:communications_newsletter_item", args=[newsletter.public_id, item.announcement.public_id])
    client.post(toggle)
    assert titles_for(newsletter, cast.nora) == []
    client.post(toggle, {"keep": "1"})
    assert titles_for(newsletter, cast.nora) == ["New margins"]
    assert client.get(address, {"q": "nobody like that"}).status_code == 200
