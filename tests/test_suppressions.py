"""Addresses that are mailed no more: why, since when, who sees it, and the way back."""

import pytest
from django.urls import reverse

from activity.models import Activity
from communications.actions.bounces import take_bounce
from communications.actions.suppressions import suppress_address
from communications.models import Suppression
from tests.announcement_story import draft, send
from tests.test_returned_mails import NORA, returned

pytestmark = pytest.mark.django_db
LIST = "admin:communications_suppression_changelist"


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def maria(cast, as_):
    return as_(cast.maria)


def suppress(*addresses: str, source=Suppression.Source.BOUNCE, reason: str = "came back: 550 5.1.1 User unknown") -> list[int]:
    for address in addresses:
        suppress_address(address, source=source, reason=reason)
    return list(Suppression.objects.values_list("pk", flat=True))


def mail_again(client, pks: list[int], **more):
    return client.post(reverse(LIST), {"action": "mail_again", "_selected_action": pks, **more})


def answer(client, pks: list[int], reason: str):
    return mail_again(client, pks, confirmed="1", reason=reason)


def test_the_list_says_why_and_finds_by_a_part_of_the_address(maria, django_assert_max_num_queries):
    suppress(NORA)
    suppress("info@baltic.example", source=Suppression.Source.COMPLAINT, reason="called our mail unwanted")
    with django_assert_max_num_queries(12):
        everything = maria.get(reverse(LIST)).text
    assert "refused by its server" in everything
    assert "came back: 550 5.1.1 User unknown" in everything
    found = maria.get(reverse(LIST), {"q": "@Alpenglow"}).text
    assert NORA in found
    assert "info@baltic.example" not in found
    assert NORA not in maria.get(reverse(LIST), {"source__exact": "complaint"}).text


def test_the_way_back_asks_why_and_keeps_the_answer(cast, maria):
    pks = suppress(NORA)
    asked = mail_again(maria, pks)
    assert "Mail this address again?" in asked.text
    assert Suppression.objects.exists()
    done = answer(maria, pks, "Nora called, it works")
    assert done.status_code == 302
    assert not Suppression.objects.exists()
    said = Activity.objects.get(verb="address.released")
    assert (said.sentence, said.actor) == ("nora@alpenglow.example is mailed again: Nora called, it works", cast.maria)
    assert said.data == {"source": "bounce", "was": "came back: 550 5.1.1 User unknown"}


def test_without_a_reason_nothing_changes(maria):
    refused = answer(maria, suppress(NORA, "ben@alpenglow.example"), "  ")
    assert refused.status_code == 422
    assert "Say why mail can go there again" in refused.text
    assert Suppression.objects.count() == 2
    assert not Activity.objects.filter(verb="address.released").exists()


def test_words_of_a_server_are_shown_as_words(cast, maria):
    pks = suppress(NORA, reason="550 <script>alert(1)</script>")
    overview = reverse("admin:partners_partner_overview", args=[cast.alpenglow.public_id])
    for shown in (maria.get(reverse(LIST)), mail_again(maria, pks), maria.get(overview, {"tab": "communication"})):
        assert "&lt;script&gt;alert(1)" in shown.text
        assert "<script>alert(1)" not in shown.text


def test_who_may_not_cannot(cast, as_):
    pks = suppress(NORA)
    assert answer(as_(cast.arthur), pks, "let me").status_code == 403
    assert as_(cast.arthur).get(reverse("admin:communications_suppression_add")).status_code == 403
    assert Suppression.objects.exists()


def test_nobody_just_deletes_one(maria):
    [pk] = suppress(NORA)
    assert maria.post(reverse("admin:communications_suppression_delete", args=[pk]), {"post": "yes"}).status_code == 403
    assert Suppression.objects.exists()


def test_an_address_is_added_by_hand_with_a_reason(cast, maria):
    add = reverse("admin:communications_suppression_add")
    assert maria.post(add, {"address": "Ben@Alpenglow.example", "reason": " "}).status_code == 200
    assert not Suppression.objects.exists()
    maria.post(add, {"address": "Ben@Alpenglow.example", "reason": "asked on the phone"})
    row = Suppression.objects.get()
    assert (row.address, row.reason, row.source) == ("ben@alpenglow.example", "asked on the phone", "by_hand")
    assert Activity.objects.get(verb="address.suppressed").actor == cast.maria
    again = maria.post(add, {"address": "BEN@alpenglow.example", "reason": "twice"})
    assert "ben@alpenglow.example is mailed no more already: asked on the phone" in again.text
    assert Suppression.objects.get().reason == "asked on the phone"


def test_one_that_comes_back_again_is_suppressed_again(cast, maria, sink):
    send(draft(cast), cast)
    take_bounce(returned(sink))
    answer(maria, [Suppression.objects.get().pk], "Nora called, it works")
    sink.mails.clear()
    send(draft(cast, "Aurora 4 is here"), cast)
    assert NORA in sink.recipients
    take_bounce(returned(sink))
    assert Suppression.objects.get().address == NORA
    assert Activity.objects.filter(verb="address.suppressed").count() == 2


def test_it_is_seen_where_people_look(cast, maria, as_, client, django_assert_max_num_queries):
    suppress(NORA)
    announcement = send(draft(cast), cast)
    lines = maria.get(reverse("admin:communications_announcement_report_deliveries", args=[announcement.public_id])).text
    assert "the address is suppressed (refused by its server: came back: 550 5.1.1 User unknown)" in lines
    with django_assert_max_num_queries(15):
        overview = maria.get(reverse("admin:partners_partner_overview", args=[cast.alpenglow.public_id]), {"tab": "communication"})
    assert "Mailed no more" in overview.text
    assert "Our mail to nora@alpenglow.example came back" in as_(cast.nora.user).get(reverse("communications:preferences")).text
    assert "came back" not in as_(cast.ben.user).get(reverse("communications:preferences")).text
