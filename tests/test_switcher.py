"""One login, two partners: the reader switches between them, and sees times in their own zone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partners.models import Contact
from tests.factories import make_contact

pytestmark = pytest.mark.django_db
QUIET = "/accounts/logout/"


@pytest.fixture
def nora_at_baltic(cast):
    return make_contact(cast.baltic, "Nora Berg", "nora@baltic.example", user=cast.nora.user)


def test_the_first_partner_speaks_until_another_is_chosen(cast, client, nora_at_baltic):
    client.force_login(cast.nora.user)
    assert client.get(QUIET).wsgi_request.contact == cast.nora
    assert client.post("/switch/", {"contact": str(nora_at_baltic.public_id)}).status_code == 302
    assert client.get(QUIET).wsgi_request.contact == nora_at_baltic


@pytest.mark.parametrize("value", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_nonsense_is_not_found(cast, client, value):
    client.force_login(cast.nora.user)
    assert client.post("/switch/", {"contact": value}).status_code == 404


def test_nobody_switches_to_somebody_elses_contact(cast, client):
    client.force_login(cast.nora.user)
    assert client.post("/switch/", {"contact": str(cast.sven.public_id)}).status_code == 404
    assert client.get(QUIET).wsgi_request.contact == cast.nora


def test_a_partner_that_was_left_falls_back_to_the_other(cast, client, nora_at_baltic):
    client.force_login(cast.nora.user)
    client.post("/switch/", {"contact": str(nora_at_baltic.public_id)})
    Contact.objects.filter(pk=nora_at_baltic.pk).update(left_on="2026-01-01")
    assert client.get(QUIET).wsgi_request.contact == cast.nora


@pytest.mark.parametrize("zone", ["../../etc/passwd", "Mars/Olympus", "x" * 64, "", "\u0000"[:0]])
def test_a_bad_zone_that_was_stored_ends_no_page(cast, client, zone):
    Contact.objects.filter(pk=cast.nora.pk).update(time_zone=zone)
    type(cast.nora.user).objects.filter(pk=cast.nora.user.pk).update(time_zone=zone)
    client.force_login(cast.nora.user)
    assert client.get(QUIET).status_code == 200


def test_last_seen_is_written_at_most_every_five_minutes(cast, client):
    user = cast.nora.user
    client.force_login(user)
    client.get(QUIET)
    user.refresh_from_db()
    first = user.last_seen_at
    client.get(QUIET)
    user.refresh_from_db()
    assert user.last_seen_at == first
    type(user).objects.filter(pk=user.pk).update(last_seen_at=timezone.now() - timedelta(minutes=6))
    client.get(QUIET)
    user.refresh_from_db()
    assert user.last_seen_at > first
