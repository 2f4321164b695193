"""Small sentences and figures that people read without asking twice: each says what is so."""

import pytest
from django.urls import reverse

from communications.actions.crisis_acknowledgements import acknowledge_crisis
from communications.actions.engagement import acknowledge_announcement
from communications.actions.hits import read_all_hits
from communications.channels import hits
from communications.models import Channel, Delivery
from communications.queries.merge_values import merge_values_for
from communications.rendering.compiling import compile_text
from communications.rendering.digests import title_and_first_line
from communications.tracking_tokens import Place, TrackingToken
from partners.models import Enrolment
from tests import crisis_story
from tests.announcement_story import draft, send
from tests.factories import make_programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    return client


# --- How an announcement begins, where its text is not


@pytest.mark.parametrize(
    ("body", "first_line"),
    [
        ("Hello {{ contact.name }}, [one](https://a.example/1) [two](https://a.example/2) [three](https://a.example/3)",
         "Hello Nora Berg, one two three"),
        ("This sentence is longer than a line of a plain text, so that it was cut in the middle of itself until now.\n\nMore.",
         "This sentence is longer than a line of a plain text, so that it was cut in the middle of itself until now."),
        ("# Prices\n\n![a picture](prices.png)\n\nThey **rise**\nin May.", "They rise in May."),
        ("- first\n- second", "first"),
        ("# Only a heading", "Only a heading"),
        ("word " * 60, "word " * 30 + "word…"),
    ],
)  # fmt: skip
def test_a_digest_says_how_an_announcement_begins(cast, body, first_line):
    sent = send(draft(cast, body=body), cast) if "png" not in body else None
    values = merge_values_for([cast.nora.pk], cast.programme)[cast.nora.pk].values
    if sent is None:
        assert compile_text(body).as_opening(values) == first_line
        return
    assert title_and_first_line(sent.versions.get(), values) == ("Aurora 3 is here", first_line)


def test_each_programme_names_the_tier_that_a_partner_has_there(cast):
    works = make_programme("works")
    bronze = works.tiers.create(key="bronze", name="Bronze", rank=1)
    Enrolment.objects.create(partner=cast.alpenglow, programme=works, tier=bronze)
    there = {each: merge_values_for([cast.nora.pk], each)[cast.nora.pk].values.tier for each in (cast.programme, works)}
    assert there == {cast.programme: "Gold", works: "Bronze"}


# --- Opens and clicks that wait


def test_none_is_on_its_way_once_all_are_in_the_database(cast, sink):
    sent = send(draft(cast), cast)
    for contact in (cast.nora, cast.ben, cast.sven):
        token = TrackingToken(sent.pk, contact.pk, Channel.EMAIL, 1, Place.PIXEL)
        hits.put(hits.hit_of(token, method="GET", agent="Firefox", purpose="", address="192.0.2.7"))
    assert hits.stream_length() == 3
    assert read_all_hits() == 3
    assert hits.stream_length() == 0


def test_what_a_reader_left_behind_that_died_before_it_tidied_up_does_not_count(cast, sink, monkeypatch):
    sent = send(draft(cast), cast)
    token = TrackingToken(sent.pk, cast.nora.pk, Channel.EMAIL, 1, Place.PIXEL)
    hits.put(hits.hit_of(token, method="GET", agent="Firefox", purpose="", address="192.0.2.7"))
    with monkeypatch.context() as dead:
        dead.setattr(hits, "trim_through", lambda position: None)
        read_all_hits()
    assert hits.stream_length() == 1
    assert read_all_hits() == 0
    assert hits.stream_length() == 0


# --- Who acknowledged has read it, or it is said how


def test_who_acknowledges_a_crisis_in_the_portal_has_read_it_and_others_are_told_as_such(cast, maria, sink):
    crisis = crisis_story.start(cast)
    crisis_story.work_off()
    acknowledge_crisis(crisis, contact=cast.nora, how="portal")
    acknowledge_crisis(crisis, contact=cast.ben, how="mail")
    acknowledge_crisis(crisis, contact=cast.sven, how="manager", by=cast.maria)
    announcement = crisis.messages.first().announcement
    page = maria.get(reverse("admin:communications_announcement_report", args=[announcement.public_id]))
    assert page.context["sentence"] == (
        "3 of 3 received it, 1 person read it, 3 acknowledged (1 by the link in the mail, 1 noted by a manager), nobody asked."
    )


def test_who_acknowledges_any_announcement_has_read_it(cast, sink):
    sent = send(draft(cast, requires_acknowledgement=True), cast)
    acknowledge_announcement(sent, contact=cast.nora)
    assert Delivery.objects.get(announcement=sent, contact=cast.nora, channel="portal").read_at
