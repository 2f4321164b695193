"""A person who works for two partners reads what both need of them on one page, each thing with whose it is."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activity.actions.tasks import create_task
from communications.models import Announcement, Delivery, OpinionPolicy
from context.models import Abstention, DataPoint
from partners import waiting
from partners.models import ColleagueRequest, Contact, Site
from partners.waiting import Need, in_columns, register_waiting
from tests import factories, portal_story, talk_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora_at_baltic(cast):
    return factories.make_contact(cast.baltic, "Nora Berg", "nora@baltic.example", user=cast.nora.user)


@pytest.fixture
def both(cast, nora_at_baltic):
    portal_story.tell(cast)
    portal_story.announce(cast, "Prices for Baltic", nora_at_baltic, requires_acknowledgement=True)
    portal_story.announce(cast, "A letter to Baltic", nora_at_baltic)
    return nora_at_baltic


def test_what_both_need_stands_together_and_says_whose_it_is(cast, client, both):
    client.force_login(cast.nora.user)
    page = client.get(reverse("portal:together"))
    whose = {need.title: need.contact for need in page.context["together"].needs}
    assert whose["Acknowledge “Prices for Baltic”"] == both
    assert whose["Acknowledge “Aurora 3 changes how you licence a site”"] == cast.nora
    assert [one.contact for one in page.context["together"].news if one.item.title == "A letter to Baltic"] == [both]
    assert "Baltic" in page.content.decode()


def test_a_thing_of_the_other_organisation_opens_there(cast, client, both):
    client.force_login(cast.nora.user)
    need = next(need for need in client.get(reverse("portal:together")).context["together"].needs if need.contact == both)
    assert client.get(need.url).status_code == 404  # not Alpenglow's
    opened = client.post(reverse("partners:switch"), {"contact": str(both.public_id), "next": need.url}, follow=True)
    assert opened.status_code == 200
    assert opened.wsgi_request.contact == both


def test_a_link_for_the_other_organisation_says_so_and_leads_there(cast, client, both):
    """As from a mail: by the address alone, in a browser."""
    announcement = Announcement.objects.get(title="A letter to Baltic")
    address = reverse("communications:announcement", args=[announcement.public_id]) + "?from=mail"
    client.force_login(cast.nora.user)
    answer = client.get(address, headers={"Accept": "text/html"})
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "This is for you at Baltic Cloud OÜ" in page
    assert "A letter to Baltic" not in page  # what it says is read there
    assert not Delivery.objects.filter(announcement=announcement).exclude(read_at=None).exists()
    assert answer.wsgi_request.contact == cast.nora
    there = {name: re.search(f'name="{name}" value="([^"]*)"><', page)[1] for name in ("contact", "next")}
    opened = client.post(reverse("partners:switch"), there, follow=True)
    assert opened.redirect_chain == [(address, 302)]
    assert "A letter to Baltic" in opened.content.decode()


def test_what_is_for_none_of_them_is_not_there(cast, client, nora_at_baltic):
    portal_story.announce(cast, "For Sven alone", cast.sven)
    address = reverse("communications:announcement", args=[Announcement.objects.get(title="For Sven alone").public_id])
    for user in (cast.nora.user, cast.ben.user):
        client.force_login(user)
        page = client.get(address, headers={"Accept": "text/html"})
        assert (page.status_code, "This is for you at" in page.content.decode()) == (404, False)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_switching_never_leads_out_of_the_house(cast, client, nora_at_baltic, elsewhere):
    client.force_login(cast.nora.user)
    answer = client.post(reverse("partners:switch"), {"contact": str(nora_at_baltic.public_id), "next": elsewhere})
    assert answer["Location"] == "/"


def test_who_works_for_one_is_at_home(cast, client):
    client.force_login(cast.ben.user)
    assert client.get(reverse("portal:together"))["Location"] == "/"


def test_the_page_asks_little(cast, client, both, django_assert_max_num_queries):
    client.force_login(cast.nora.user)
    client.get(reverse("portal:together"))
    with django_assert_max_num_queries(12):
        client.get(reverse("portal:together"))


def test_another_app_adds_what_waits_and_it_costs_no_query(cast, client, monkeypatch):
    """As the library and the courses do: rows, and how one of them is said."""
    client.force_login(cast.ben.user)
    client.get("/")
    before = _count(client)
    monkeypatch.setattr(waiting, "_kinds", {})
    register_waiting(
        "colleague",
        lambda contact, reader: in_columns("colleague", Contact.objects.filter(pk=contact.pk), title="name", address="public_id"),
        lambda row, contact: Need("user", "accent", f"Greet {row.title}", str(contact.partner), "/people/"),
    )
    assert [need.title for need in client.get("/").context["home"].needs] == ["Greet Ben Ott"]
    assert _count(client) == before


def test_a_task_of_each_is_there_and_a_strangers_is_not(cast, client, nora_at_baltic):
    create_task("Send the plan", by=cast.maria, partner_id=cast.baltic.pk, owner=cast.maria, is_shared=True)
    client.force_login(cast.nora.user)
    assert "Send the plan" in client.get(reverse("portal:together")).content.decode()
    Contact.objects.filter(pk=nora_at_baltic.pk).update(left_on="2026-01-01")
    assert "Send the plan" not in client.get(reverse("portal:together"), follow=True).content.decode()


def test_both_pages_count_the_same(cast, client, both):
    asked = {"name": "Uwe", "email": "uwe@alpenglow.example", "state": "confirmed", "confirmed_at": timezone.now()}
    ColleagueRequest.objects.create(partner=cast.alpenglow, **asked)
    OpinionPolicy.objects.update_or_create(pk=1, defaults={"smallest_group": 3})
    talk_story.opened(cast)
    client.force_login(cast.nora.user)
    at_home = client.get("/").context["home"].needs
    of_both = client.get(reverse("portal:together")).context["together"]
    titles = [need.title for need in of_both.needs if need.contact == cast.nora]
    assert titles == [need.title for need in at_home]
    assert "1 person asks to join" in titles
    assert next(one.needs for one in of_both.organisations if one.contact == cast.nora) == len(at_home)


def test_what_is_to_confirm_is_the_same_on_both_pages(cast, client, nora_at_baltic):
    """Disputed rows among it, and not what was passed over."""
    Contact.objects.filter(pk=nora_at_baltic.pk).update(is_partner_admin=True)
    DataPoint.objects.filter(key="sites").update(stale_after_days=100)
    disputed = _site(cast.alpenglow, days=1)
    Site.objects.filter(pk=disputed.pk).update(disputed_at=timezone.now())
    _site(cast.alpenglow, days=400)
    _site(cast.baltic, days=1)
    passed_over, sites = _site(cast.baltic, days=400), DataPoint.objects.get(key="sites")
    later = timezone.now() + timedelta(days=9)
    Abstention.objects.create(partner=cast.baltic, data_point=sites, row_id=passed_over.pk, kind="unknown", until=later)
    client.force_login(cast.nora.user)
    of_both = client.get(reverse("portal:together")).context["together"].needs
    said = {}
    for contact in (cast.nora, nora_at_baltic):
        client.post(reverse("partners:switch"), {"contact": str(contact.public_id), "next": "/"})
        at_home = client.get("/").context["home"].needs
        said[contact] = [need.title for need in at_home if "confirm" in need.title]
        assert [need.title for need in of_both if need.contact == contact] == [need.title for need in at_home]
    assert said == {cast.nora: ["2 things to confirm or correct"], nora_at_baltic: []}


def _site(partner, *, days: int) -> Site:
    observed = timezone.now() - timedelta(days=days)
    return Site.objects.create(partner=partner, name=f"Office {days}", kind="branch", observed_at=observed, source="interview")


def _count(client) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get("/")
    return len(asked)
