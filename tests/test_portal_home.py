"""What a person finds when the portal opens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activity.actions.tasks import create_task
from collaboration.models import Meeting
from communications.models import Acknowledgement, Announcement, Answer, Question
from context.actions.reviews import open_review
from context.actions.tier_policies import add_tier_criterion, publish_policy
from context.models import DataPoint
from partners.models import Certification, Contact, Enrolment, PartnerCertification, Tier
from tests import collecting_story, factories, meeting_story, portal_story, tier_story

pytestmark = pytest.mark.django_db


def test_nora_reads_first_what_needs_her(client, cast):
    portal_story.tell(cast)
    client.force_login(cast.nora.user)

    page = client.get("/")

    needs = [need.title for need in page.context["home"].needs]
    assert needs == [
        "ISO 9001 has expired",
        "Acknowledge “Aurora 3 changes how you licence a site”",
        "Aurora Professional expires",
        "Maria Lund answered your question",
        "1 colleague is not invited yet",
    ]
    assert "5 things need you, Nora" in page.content.decode()


def test_an_empty_portal_says_so_and_offers_a_step(client, cast):
    client.force_login(cast.sven.user)

    page = client.get("/").content.decode()

    assert "Nothing needs you today, Sven" in page
    assert "Choose what also comes by mail" in page


def test_a_crisis_comes_first_also_where_it_has_no_day(client, cast):
    portal_story.announce(cast, "Read by Friday", cast.ben, requires_acknowledgement=True, acknowledge_by=timezone.localdate())
    drill = portal_story.announce(cast, "Drill: the warehouse burns", cast.ben, kind="crisis", requires_acknowledgement=True)
    portal_story.announce(cast, "Read some day", cast.ben, requires_acknowledgement=True)
    client.force_login(cast.ben.user)
    needs = [need.title for need in client.get("/").context["home"].needs]
    assert needs == [f"Acknowledge “{drill.title}”", "Acknowledge “Read by Friday”", "Acknowledge “Read some day”"]


def test_what_was_acknowledged_is_read_and_a_crisis_is_named_once(client, cast):
    drill = portal_story.announce(cast, "Drill: the warehouse burns", cast.ben, kind="crisis", requires_acknowledgement=True,
                                  topic=portal_story.topic("crisis", "Crisis"))  # fmt: skip
    Acknowledgement.objects.create(announcement=drill, contact=cast.ben, partner=cast.alpenglow, version=1)
    client.force_login(cast.ben.user)
    page = client.get("/")
    (item,) = page.context["home"].news
    assert (item.is_acknowledged, item.is_read, page.context["home"].people.unread) == (True, True, 0)
    assert page.content.decode().count("<span>Crisis</span>") == 1


def test_an_old_acknowledgement_is_not_lost_below_newer_news(client, cast):
    asked = portal_story.announce(cast, "Quality standard 7", cast.ben, days_ago=90, requires_acknowledgement=True)
    for number in range(30):
        portal_story.announce(cast, f"News {number}", cast.ben, days_ago=1)
    client.force_login(cast.ben.user)

    home = client.get("/").context["home"]

    assert [need.title for need in home.needs] == [f"Acknowledge “{asked.title}”"]
    assert len(home.news) == 5


def test_nothing_of_another_partner_shows(client, cast):
    portal_story.tell(cast)
    client.force_login(cast.sven.user)

    page = client.get("/").content.decode()

    assert "Aurora 3 changes" not in page
    assert "ISO 9001" not in page


def test_an_answer_is_news_for_the_one_who_asked(client, cast):
    announcement = portal_story.announce(cast, "Aurora 3 is here", cast.nora, cast.ben)
    question = Question.objects.create(announcement=announcement, contact=cast.ben, partner=cast.alpenglow, text="When?")
    Answer.objects.create(question=question, by=cast.maria, text="Today.")

    client.force_login(cast.ben.user)
    assert [need.title for need in client.get("/").context["home"].needs] == ["Maria Lund answered your question"]
    client.force_login(cast.nora.user)
    assert client.get("/").context["home"].needs == []


def test_a_certificate_far_from_its_end_needs_nobody(client, cast):
    certification = Certification.objects.create(key="iso", name="ISO 27001")
    end = timezone.localdate() + timedelta(days=91)
    PartnerCertification.objects.create(partner=cast.alpenglow, certification=certification, expires_on=end)
    client.force_login(cast.nora.user)

    home = client.get("/").context["home"]

    assert home.needs == []
    assert home.certificates.valid == 1


def test_a_manager_is_shown_the_way_to_their_work(client, cast):
    client.force_login(cast.maria)

    page = client.get("/")

    assert page.status_code == 200
    assert 'href="/admin/"' in page.content.decode()


def test_a_login_without_partner_is_told_so(client, cast):
    client.force_login(factories.make_user("left@alpenglow.example", name="Lea Left"))

    assert "belongs to no partner" in client.get("/").content.decode()
    assert client.get("/announcements/").status_code == 403


def test_home_asks_the_database_little_whatever_there_is(client, cast, django_assert_max_num_queries):
    """Two programmes, two news of each, a policy, a survey, two reviews, values to confirm, tasks: as many queries as ever."""
    portal_story.tell(cast)
    collecting_story.tell(cast)
    open_review(
        collecting_story.make_review(cast, {key: DataPoint.objects.get(key=key) for key in ("staff", "audits")}), by=cast.maria
    )
    for title in ("Send the price list", "Name a trainer"):
        create_task(title, by=cast.maria, partner_id=cast.alpenglow.pk, owner=cast.maria, is_shared=True)
    policy, platinum = tier_story.draft(cast), Tier.objects.get(key="platinum")
    add_tier_criterion(policy, platinum, by=cast.maria, label="Twice the revenue", rule={**tier_story.REVENUE, "value": 200_000})
    add_tier_criterion(policy, platinum, by=cast.maria, label="Gate certificate", rule=tier_story.CERTIFICATE)
    publish_policy(policy, by=cast.maria)
    second = factories.make_programme("second")
    Enrolment.objects.create(partner=cast.alpenglow, programme=second)
    of_second = portal_story.announce(cast, "Second thoughts for {{ partner.name }}", cast.nora)
    Announcement.objects.filter(pk=of_second.pk).update(programme=second)
    client.force_login(cast.nora.user)
    client.get("/")

    with django_assert_max_num_queries(12):
        page = client.get("/")

    home = page.context["home"]
    told = " ".join(need.title for need in home.needs)
    for words in (
        "Answer “Yearly check”",
        "“Half-year review”",
        "2 things to confirm",
        "Send the price list",
        "ISO 9001 has expired",
    ):
        assert words in told
    assert "Second thoughts for Alpenglow GmbH" in [item.title for item in home.news]
    assert [one.label for one in home.standing.missing] == ["Twice the revenue", "Gate certificate"]
    assert page.context["portal"].counted["news"] == 4


def test_a_meeting_is_on_the_day_of_the_readers_own_clock(client, cast):
    """At half past midnight in Tokyo it is still the day before in London."""
    at = (timezone.now() + timedelta(days=10)).replace(hour=15, minute=30, second=0, microsecond=0)
    meeting = meeting_story.invited(cast)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=at, ends_at=at + timedelta(hours=1))
    Contact.objects.filter(pk=cast.nora.pk).update(time_zone="Asia/Tokyo")
    client.force_login(cast.nora.user)
    [due] = [need.due for need in client.get("/").context["home"].needs if "Supplier meeting" in need.title]
    assert due == at.date() + timedelta(days=1)
