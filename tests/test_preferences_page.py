"""What a person receives, and how they are called: their own pages."""

import pytest

from communications.models import Topic, TopicPreference
from tests import factories, portal_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def topics(db):
    Topic.objects.all().delete()
    return portal_story.topic("prices", "Prices"), portal_story.topic("events", "Events")


def test_everything_is_wanted_until_somebody_says_otherwise(client, cast, topics):
    client.force_login(cast.ben.user)

    form = client.get("/preferences/").context["form"]

    assert {name: field.initial for name, field in form.fields.items()} == {"events": True, "prices": True}


def test_ben_wants_no_more_mail_about_events(client, cast, topics):
    client.force_login(cast.ben.user)

    client.post("/preferences/", {"prices": "on"})

    row = TopicPreference.objects.get()
    assert (row.address, row.topic.key, row.is_wanted, row.how) == ("ben@alpenglow.example", "events", False, "preferences")


def test_what_did_not_change_is_not_written(client, cast, topics):
    client.force_login(cast.ben.user)

    client.post("/preferences/", {"prices": "on", "events": "on"})

    assert not TopicPreference.objects.exists()


def test_the_choice_holds_for_the_address_at_both_partners(client, cast, topics):
    factories.make_contact(cast.baltic, "Ben Ott", "ben@alpenglow.example", user=cast.ben.user)
    client.force_login(cast.ben.user)
    client.post("/preferences/", {"prices": "on"})

    assert client.get("/preferences/").context["form"].fields["events"].initial is False


def test_a_real_crisis_is_said_to_come_all_the_same(client, cast, topics):
    portal_story.topic("crisis", "Crisis")
    client.force_login(cast.ben.user)
    assert "you are mailed all the same" in client.get("/preferences/").text


def test_a_contact_without_address_is_told_so(client, cast, topics):
    cast.ben.email = ""
    cast.ben.save()
    client.force_login(cast.ben.user)

    assert "no e-mail address" in client.get("/preferences/").content.decode()
    client.post("/preferences/", {})
    assert not TopicPreference.objects.exists()


def test_viewing_as_ben_changes_nothing(client, cast, topics):
    client.force_login(cast.maria)
    client.post(f"/view-as/{cast.ben.public_id}/")

    assert client.post("/preferences/", {"prices": "on"}).status_code == 403
    assert not TopicPreference.objects.exists()


def test_ben_changes_his_time_zone_and_sees_times_in_it(client, cast):
    client.force_login(cast.ben.user)

    page = client.post("/profile/", {"name": "Ben Ott", "language": "en", "time_zone": "Asia/Tokyo"}, follow=True)

    assert "Times in Asia/Tokyo" in page.content.decode()
    cast.ben.refresh_from_db()
    assert cast.ben.time_zone == cast.ben.user.time_zone == "Asia/Tokyo"


def test_a_time_zone_that_does_not_exist_is_refused(client, cast):
    client.force_login(cast.ben.user)

    page = client.post("/profile/", {"name": "Ben Ott", "language": "en", "time_zone": "Mars/Olympus"})

    assert page.status_code == 422
    cast.ben.user.refresh_from_db()
    assert cast.ben.user.time_zone == "UTC"
