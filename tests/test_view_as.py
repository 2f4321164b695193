"""A manager views the portal as a contact: read-only, audited, and only whom they may see."""

import pytest

from activity.models import Activity
from enablement.actions.rooms import open_room
from partners.models import Enrolment
from tests import assistant_story, room_story
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_viewing_begins_and_ends_and_is_written_down(cast, client):
    client.force_login(cast.maria)
    assert client.post(f"/view-as/{cast.nora.public_id}/").status_code == 302
    request = client.get("/").wsgi_request
    assert (request.contact, request.viewed_as, request.user) == (cast.nora, True, cast.maria)
    assert client.post("/view-as/stop/").status_code == 302
    request = client.get("/admin/").wsgi_request
    assert (request.contact, request.viewed_as) == (None, False)
    assert list(Activity.objects.order_by("pk").values_list("verb", "actor", "partner_id")) == [
        ("viewing.started", cast.maria.pk, cast.alpenglow.pk),
        ("viewing.stopped", cast.maria.pk, cast.alpenglow.pk),
    ]


def test_nothing_can_be_changed_while_viewing(cast, client):
    client.force_login(cast.maria)
    client.post(f"/view-as/{cast.nora.public_id}/")
    response = client.post("/admin/partners/partner/add/", {"name": "Sneaky", "status": "active"})
    assert response.status_code == 403
    assert "nothing can be changed" in response.content.decode()
    assert client.post("/switch/", {"contact": str(cast.nora.public_id)}).status_code == 403
    assert not type(cast.alpenglow).objects.filter(name="Sneaky").exists()


def test_only_a_manager_with_the_right_and_the_partner_may_view(cast, client):
    paul = make_user("paul@vendor.example", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.baltic).update(manager=paul)
    for user, contact, status in (
        (cast.arthur, cast.nora, 403),
        (cast.sven.user, cast.nora, 403),
        (paul, cast.nora, 404),
        (paul, cast.sven, 302),
    ):
        client.force_login(user)
        assert client.post(f"/view-as/{contact.public_id}/").status_code == status
    assert Activity.objects.filter(verb="viewing.started").count() == 1


def test_a_right_taken_away_ends_the_viewing(cast, client):
    client.force_login(cast.maria)
    client.post(f"/view-as/{cast.nora.public_id}/")
    cast.maria.groups.clear()
    assert not client.get("/accounts/login/").wsgi_request.viewed_as


def test_viewing_is_not_being_seen(cast, client):
    client.force_login(cast.maria)
    client.post(f"/view-as/{cast.nora.public_id}/")
    client.get("/")
    cast.nora.user.refresh_from_db()
    assert cast.nora.user.last_seen_at is None


def test_what_they_asked_and_draft_with_others_stays_theirs(cast, client):
    """Nora was told that her questions come to managers without her name; Arthur's room with her is no business of Maria's, and
    Maria's room with Ben none of Nora's."""
    asked = assistant_story.answered(cast.nora, "Which tier will we lose?")
    room_story.opened(cast, "Plan with Maria")
    more = {"programme": cast.programme, "contacts": [cast.nora], "managers": [], "text": "x"}
    open_room(cast.alpenglow, by=cast.arthur, title="Plan with Arthur", **more)
    room_story.opened(cast, "Plan with Ben", contacts=[cast.ben])
    client.force_login(cast.maria)
    client.post(f"/view-as/{cast.nora.public_id}/")

    page = client.get("/assistant/").content.decode()
    assert "Which tier will we lose?" not in page
    assert "theirs alone" in page
    assert client.get(f"/assistant/{asked.public_id}/").status_code == 404
    rooms = client.get("/rooms/").content.decode()
    assert "Plan with Maria" in rooms
    assert "Plan with Arthur" not in rooms
    assert "Plan with Ben" not in rooms

    client.force_login(cast.nora.user)
    assert "Which tier will we lose?" in client.get("/assistant/").content.decode()
    assert "Plan with Arthur" in client.get("/rooms/").content.decode()
