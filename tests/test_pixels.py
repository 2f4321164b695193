"""Whether an opened mail is noted: a rule for the country, and before it what Nora says."""

import re

import pytest
from django.urls import reverse

from activity.models import Activity
from communications.models import PixelConsent, PixelPolicy, Topic
from communications.queries.merge_values import merge_values_for
from communications.queries.pixels import pixel_rules_for
from communications.tracking_tokens import NOBODY, Place, read_token
from partners.models import Partner
from tests.announcement_story import draft, send

pytestmark = pytest.mark.django_db


def picture_of(sink, address: str):
    """The token behind the picture in a mail, None where it has none."""
    html = sink.to(address).get_body(("html",)).get_content()
    found = re.search(r"/t/o/([\w-]+)\.gif", html)
    assert (found is None) == ("<img" not in html)
    return read_token(found[1]) if found else None


def test_without_a_rule_it_is_noted(cast, sink):
    send(draft(cast), cast)
    token = picture_of(sink, "nora@alpenglow.example")
    assert (token.contact_id, token.link) == (cast.nora.pk, Place.PIXEL)


def test_a_country_may_want_a_sum_or_nothing(cast, sink):
    Partner.objects.filter(pk=cast.alpenglow.pk).update(country="DE")
    Partner.objects.filter(pk=cast.sven.partner_id).update(country="FR")
    PixelPolicy.objects.create(country="DE", rule="aggregate")
    PixelPolicy.objects.create(country="FR", rule="off")
    send(draft(cast), cast)
    assert picture_of(sink, "nora@alpenglow.example").contact_id == NOBODY
    assert picture_of(sink, "sven@baltic.example") is None


@pytest.mark.parametrize(
    ("rule", "said", "holds"),
    [
        ("individual", None, "individual"), ("individual", False, "off"), ("aggregate", None, "aggregate"),
        ("aggregate", True, "individual"), ("off", True, "individual"), ("off", None, "off"), ("aggregate", False, "off"),
    ],
)  # fmt: skip
def test_what_a_person_says_goes_before_the_rule(cast, rule, said, holds):
    PixelPolicy.objects.create(country="", rule=rule)
    if said is not None:
        PixelConsent.objects.create(person="nora@alpenglow.example", is_given=said)
    assert pixel_rules_for(merge_values_for([cast.nora.pk], cast.programme)) == {cast.nora.pk: holds}


def test_the_rule_for_everywhere_else_holds_where_a_country_has_none(cast):
    Partner.objects.filter(pk=cast.alpenglow.pk).update(country="AT")
    PixelPolicy.objects.create(country="", rule="off")
    PixelPolicy.objects.create(country="DE", rule="aggregate")
    assert pixel_rules_for(merge_values_for([cast.nora.pk], cast.programme)) == {cast.nora.pk: "off"}


def test_nora_says_so_on_her_page_and_takes_it_back(client, cast):
    PixelPolicy.objects.create(country="", rule="aggregate")
    client.force_login(cast.nora.user)
    page = client.get("/preferences/").content.decode()
    assert "counted without my name" in page
    chosen = {topic.key: "on" for topic in Topic.objects.all()}
    assert client.post("/preferences/", chosen | {"seen-opened": "no"}).status_code == 302
    row = PixelConsent.objects.get()
    assert (row.person, row.is_given) == ("nora@alpenglow.example", False)
    assert Activity.objects.filter(verb="preference.changed", data__is_given=False).exists()
    assert client.post("/preferences/", chosen | {"seen-opened": "nonsense"}).status_code == 422
    assert PixelConsent.objects.get().is_given is False
    assert client.post("/preferences/", chosen | {"seen-opened": "usual"}).status_code == 302
    assert not PixelConsent.objects.exists()


def test_maria_writes_a_rule_for_a_country_once(client, cast):
    client.force_login(cast.maria)
    add = reverse("admin:communications_pixelpolicy_add")
    assert client.post(add, {"country": "DE", "rule": "off"}).status_code == 302
    assert PixelPolicy.objects.get().rule == "off"
    again = client.post(add, {"country": "DE", "rule": "aggregate"})
    assert "There is a rule for this country already" in again.content.decode()
    assert PixelPolicy.objects.get().rule == "off"
    assert client.post(add, {"country": "XX", "rule": "off"}).status_code == 200
    assert PixelPolicy.objects.count() == 1
    listed = client.get(reverse("admin:communications_pixelpolicy_changelist")).content.decode()
    assert "Germany" in listed
    assert Activity.objects.filter(verb="pixel_policy.changed", actor=cast.maria).exists()
