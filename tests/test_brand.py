"""Whose name stands above a page: one's own programme's, the only one's, or nobody's."""

import pytest
from django.urls import reverse

from communications.tracking_tokens import Place, TrackingToken
from partners.actions.invitations import invite_contact
from tests import announcement_story, factories

pytestmark = pytest.mark.django_db
LOGIN = "account_login"


@pytest.fixture
def kestrane(cast):
    return factories.make_programme("kestrane", hue=190)


def brand_of(answer) -> str:
    return answer.context["portal"].brand


def test_where_there_is_one_programme_its_brand_is_at_the_door(cast, client):
    page = client.get(reverse(LOGIN))
    assert brand_of(page) == "Vendor"
    assert "To the partner portal of Vendor." in page.content.decode()


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/login/code/", "/accounts/password/reset/", "/nothing/here/"])
def test_where_there_are_two_the_door_takes_no_side(cast, kestrane, client, path):
    page = client.get(path)
    assert brand_of(page) == "PartnerHub"
    assert "Vendor" not in page.content.decode()
    assert "--hue: 258" in page.content.decode()


def test_the_neutral_name_is_a_setting(cast, kestrane, client, settings):
    settings.PORTAL_NAME = "Nordlicht Partners"
    assert "Nordlicht Partners · partner portal" in client.get("/nothing/here/").content.decode()


def test_inside_it_is_ones_own_programmes(cast, kestrane, client):
    client.force_login(cast.nora.user)
    assert brand_of(client.get("/")) == "Vendor"


def test_an_invitation_wears_the_brand_of_who_invites(cast, kestrane, client, mailoutbox):
    tess = factories.make_contact(cast.alpenglow, "Tess New", "tess@alpenglow.example")
    _invitation, token = invite_contact(tess, by=cast.maria)
    assert brand_of(client.get(f"/invitations/{token}/")) == "Vendor"
    assert brand_of(client.get("/invitations/nonsense/")) == "PartnerHub"


def test_the_way_out_of_a_topic_wears_the_brand_of_the_mail(cast, kestrane, client, sink):
    sent = announcement_story.send(announcement_story.draft(cast), cast)
    token = TrackingToken(sent.pk, cast.nora.pk, "email", 1, Place.WAY_OUT)
    assert brand_of(client.get(reverse("tracking:unsubscribe", args=[str(token)]))) == "Vendor"
