"""A crisis from the protocol to those who acknowledged: nobody is asked on that day, and everybody is called."""

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activity.refusals import Invalid, NotAllowed, Refused
from communications.actions.crises import clear_crisis, update_crisis
from communications.actions.crisis_acknowledgements import acknowledge_crisis
from communications.actions.engagement import acknowledge_announcement
from communications.actions.protocols import approve_protocol, change_protocol, replace_parts, submit_protocol
from communications.models import (
    Announcement,
    Attention,
    Crisis,
    CrisisMessage,
    CrisisProtocol,
    CrisisProtocolApproval,
    Delivery,
    Suppression,
)
from communications.queries.crisis_board import board_of
from communications.queries.crisis_notices import crisis_notices
from communications.tracking_tokens import Place, mail_token
from partners.models import Contact, Enrolment, Method, Site
from tests import crisis_story as story
from tests import factories
from tests.announcement_story import work_off

pytestmark = pytest.mark.django_db


# --- The protocol --------------------------------------------------------------------------------------------------------


def test_one_channel_is_refused_here_and_in_the_database(cast):
    with pytest.raises(Invalid, match="at least two channels"):
        story.write(cast, channels=["portal"])
    assert not CrisisProtocol.objects.exists()
    protocol = story.write(cast)
    with pytest.raises(Invalid, match="at least two channels"):
        change_protocol(protocol, by=cast.maria, channels=["email"])
    with pytest.raises(IntegrityError), transaction.atomic():
        CrisisProtocol.objects.filter(pk=protocol.pk).update(channels=["portal"])


def test_who_wrote_a_protocol_may_not_approve_it(cast):
    protocol = story.write(cast)
    version = submit_protocol(protocol, by=cast.maria)
    with pytest.raises(NotAllowed, match="Another person"):
        approve_protocol(protocol, by=cast.maria, version=version.number)
    with pytest.raises(IntegrityError, match="four eyes"), transaction.atomic():
        CrisisProtocolApproval.objects.create(version=version, by=cast.maria)
    with pytest.raises(Refused, match="not approved yet"):
        story.start(cast, protocol)
    assert not Crisis.objects.exists()


@pytest.mark.slow
def test_a_crisis_starts_with_what_was_approved_not_with_what_is_written_now(cast, sink):
    protocol = story.ready(cast)
    replace_parts(protocol, by=cast.maria, texts={**story.TEXTS, "alarm": {"en": story.words("Unchecked"), "de": story.GERMAN}})
    story.start(cast, protocol)
    work_off()
    assert sink.to("nora@alpenglow.example")["Subject"] == "Break-in at our servers"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"texts": {"alarm": {"de": story.GERMAN}, "all_clear": {"de": story.GERMAN}}}, "the language of the protocol"),
        ({"texts": {**story.TEXTS, "all_clear": {"en": story.words()}}}, "not in the same languages"),
        ({"texts": {**story.TEXTS, "alarm": {"en": story.words(next_update=""), "de": story.GERMAN}}}, "next update"),
        ({"rungs": []}, "rung"),
        ({"rungs": [{**story.ALARM_LEAD, "role": "Nobody"}]}, "no role on our side"),
        ({"rungs": [{**story.CALL_EXECUTIVES, "function": "dancer"}]}, "dancer"),
        ({"roles": []}, "role on our side"),
    ],
)
def test_a_protocol_that_would_fail_on_that_day_is_refused_today(cast, change, sentence):
    protocol = story.write(cast)
    replace_parts(protocol, by=cast.maria, **change)
    with pytest.raises(Invalid, match=sentence):
        submit_protocol(protocol, by=cast.maria)
    protocol.refresh_from_db()
    assert protocol.version == 0
    assert protocol.waiting_version is None


# --- The start -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_everybody_is_called_at_once_also_at_night_and_beyond_their_budget(cast, sink):
    story.always_asleep(cast.nora, cast.ben, cast.sven)
    crisis = story.start(cast)
    work_off()
    mail = sink.to("sven@baltic.example")
    assert mail["Subject"] == "Break-in at our servers"
    assert "/t/k/" in mail.get_body(("plain",)).get_content()
    assert {row.state for row in Delivery.objects.all()} == {"delivered"}
    assert Attention.objects.count() == 3  # it counts, although it passes
    announcement = crisis.messages.get().announcement
    assert announcement.transitions.filter(to_state="approved", by=cast.arthur).get().reason.startswith("approved in advance")


@pytest.mark.slow
def test_a_language_without_a_text_falls_back_visibly(cast, sink):
    Contact.objects.filter(pk=cast.nora.pk).update(language="de")
    Contact.objects.filter(pk=cast.sven.pk).update(language="da")
    story.start(cast, is_drill=True)
    work_off()
    german, danish = sink.to("nora@alpenglow.example"), sink.to("sven@baltic.example")
    assert german["Subject"] == "[ÜBUNG] Einbruch in unsere Server"
    assert "Dies ist eine Übung" in german.get_body(("plain",)).get_content()
    assert "This text is available in English only." in danish.get_body(("plain",)).get_content()


@pytest.mark.parametrize(("is_drill", "typed"), [(True, "real"), (False, "drill"), (False, ""), (False, "yes")])
def test_the_wrong_word_starts_nothing(cast, is_drill, typed):
    protocol = story.ready(cast)
    with pytest.raises(Invalid, match="Nothing was sent"):
        story.start(cast, protocol, is_drill=is_drill, confirmed=typed)
    assert not Crisis.objects.exists()
    assert not Announcement.objects.exists()


def test_a_second_click_starts_nothing_more(cast):
    protocol, key = story.ready(cast), uuid4()
    assert story.start(cast, protocol, key=key) == story.start(cast, protocol, key=key)
    assert Crisis.objects.count() == Announcement.objects.count() == 1


def test_what_runs_already_is_named_and_only_another_one_is_started(cast):
    protocol = story.ready(cast)
    first = story.start(cast, protocol)
    with pytest.raises(Refused, match=f"runs already, started on .* by Maria.*{first.public_id}"):
        story.start(cast, protocol)
    story.start(cast, protocol, is_drill=True)  # a drill beside it is something else
    story.start(cast, protocol, is_another=True)
    clear_crisis(first, by=cast.maria)
    assert Crisis.objects.count() == 3


def test_a_fire_at_another_site_is_another_one(cast):
    sites = [
        Site.objects.create(partner=partner, name="Hall", city="Ulm", country="DE", kind="plant", source="x", method=Method.MANUAL)
        for partner in (cast.alpenglow, cast.baltic)
    ]
    fire = story.ready(cast, "Plant fire", incident="plant_fire", is_at_site=True)
    story.start(cast, fire, sites=sites[:1])
    story.start(cast, fire, sites=sites[1:])
    with pytest.raises(Refused, match="runs already"):
        story.start(cast, fire, sites=sites)
    assert Crisis.objects.count() == 2


def test_whom_nothing_reaches_is_shown_so_from_the_start(cast, sink):
    lost = factories.make_contact(cast.baltic, "Lost", "lost@baltic.example")
    factories.make_contact(cast.baltic, "Mute", "")
    Suppression.objects.create(address="lost@baltic.example", reason="550")
    crisis = story.start(cast)
    assert story.person(crisis, lost).standing == "unreachable"
    board = board_of(crisis, cast.maria)
    assert (board.people.unreachable, board.people.waiting, board.people.people) == (2, 3, 5)
    story.let_pass(crisis, 11)
    assert board_of(crisis, cast.maria).people.late == 3


@pytest.mark.slow
def test_a_real_crisis_is_mailed_to_who_wants_no_drills(cast, sink):
    protocol = story.ready(cast)
    drill = story.start(cast, protocol, is_drill=True)
    work_off()
    way_out = sink.to("nora@alpenglow.example")["List-Unsubscribe"].strip("<>")
    page = Client().get(urlsplit(way_out).path)
    assert "This is for drills alone" in page.text
    Client().post(urlsplit(way_out).path, {"List-Unsubscribe": "One-Click"})
    clear_crisis(drill, by=cast.maria)
    another = story.start(cast, protocol, is_drill=True)
    work_off()
    assert story.person(another, cast.nora).standing == "unreachable"  # she has never signed in, either
    real = story.start(cast, protocol)
    work_off()
    subjects = [message["Subject"] for message in story.mails_to(sink, "nora@alpenglow.example")]
    assert subjects == ["[DRILL] Break-in at our servers", "Break-in at our servers"]
    assert story.person(real, cast.nora).by_mail


def test_who_never_signed_in_is_reached_by_mail_only(cast, client):
    protocol = story.ready(cast)
    client.force_login(cast.ben.user)
    client.get("/")
    client.force_login(cast.maria)
    start = reverse("admin:communications_crisis_start", args=[protocol.public_id])
    assert client.get(start).context["reach"].by_one == 2
    crisis = story.start(cast, protocol)
    assert {pk for pk, by in crisis.people.values_list("contact_id", "by_portal") if by} == {cast.ben.pk}
    assert "by one channel only: 2" in client.get(reverse("admin:communications_crisis_board", args=[crisis.public_id])).text
    listed = client.get(reverse("admin:communications_crisis_people", args=[crisis.public_id]), {"state": "by_one"}).text
    assert "Ben Ott" not in listed
    assert "Sven" in listed


def test_a_fire_concerns_who_has_a_site_there(cast):
    for partner, name, city in ((cast.alpenglow, "Press shop", "Ulm"), (cast.baltic, "Warehouse", "Ulm")):
        Site.objects.create(partner=partner, name=name, city=city, country="DE", kind="plant", source="x", method=Method.MANUAL)
    fire = story.ready(cast, "Plant fire", incident="plant_fire", is_at_site=True)
    with pytest.raises(Invalid, match="Choose the site"):
        story.start(cast, fire)
    press = Site.objects.get(name="Press shop")
    crisis = story.start(cast, fire, sites=[press])
    assert str(crisis) == "Plant fire: Press shop, Ulm"
    assert {row.contact_id for row in crisis.people.all()} == {cast.nora.pk, cast.ben.pk}
    around = story.start(cast, fire, sites=[press], around="city", is_another=True)
    board = board_of(around, cast.maria)
    assert around.people.count() == 3
    assert {line.name for line in board.sites} == {"Alpenglow GmbH · Press shop", "Baltic Cloud OÜ · Warehouse"}
    assert crisis.messages.get().announcement.details["place"] == "Press shop, Ulm"


def test_a_site_where_nobody_is_called_stands_first(cast, client):
    """A plant that burns and has no contact must not be missing from the board."""
    silent = factories.make_partner("Cinder Works", programme=cast.programme)
    for partner, name in ((cast.alpenglow, "Press shop"), (silent, "Foundry")):
        Site.objects.create(partner=partner, name=name, city="Ulm", country="DE", kind="plant", source="x", method=Method.MANUAL)
    fire = story.ready(cast, "Plant fire", incident="plant_fire", is_at_site=True)
    crisis = story.start(cast, fire, sites=list(Site.objects.all()))
    lines = board_of(crisis, cast.maria).sites
    assert [(line.name, line.people) for line in lines] == [("Cinder Works · Foundry", 0), ("Alpenglow GmbH · Press shop", 2)]
    client.force_login(cast.maria)
    for noun in ("board", "report"):
        page = client.get(reverse(f"admin:communications_crisis_{noun}", args=[crisis.public_id])).text
        assert "nobody is called there" in page
    people = reverse("admin:communications_crisis_people", args=[crisis.public_id])
    assert "with the site Alpenglow GmbH · Press shop" in client.get(people, {"site": lines[1].key}).text
    lena = factories.make_user("lena@vendor.example", name="Lena Falk", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=lena)
    assert [line.name for line in board_of(crisis, lena).sites] == ["Alpenglow GmbH · Press shop"]
    client.force_login(lena)
    assert "Foundry" not in client.get(people, {"site": lines[0].key}).text.replace(str(crisis), "")


# --- Updates -------------------------------------------------------------------------------------------------------------


def test_the_same_update_is_said_once(cast):
    crisis, key = story.start(cast), uuid4()
    said = update_crisis(crisis, by=cast.maria, words={"en": story.words("Going on")}, key=key)
    assert update_crisis(crisis, by=cast.maria, words={"en": story.words("Going on")}, key=key) == said
    with pytest.raises(Refused, match="less than a minute ago"):
        update_crisis(crisis, by=cast.arthur, words={"en": story.words("Going on")}, key=uuid4())
    update_crisis(crisis, by=cast.maria, words={"en": story.words("Under control")})
    CrisisMessage.objects.update(at=timezone.now() - timedelta(minutes=2))
    update_crisis(crisis, by=cast.maria, words={"en": story.words("Under control")})
    assert crisis.messages.filter(says="update").count() == 3


def test_an_update_is_in_the_language_everybody_falls_back_on(cast):
    crisis = story.start(cast)
    for say in (update_crisis, clear_crisis):
        with pytest.raises(Invalid, match=r"language of the protocol too, English \(en\)"):
            say(crisis, by=cast.maria, words={"de": story.GERMAN})
    assert crisis.messages.count() == 1


# --- Acknowledging -------------------------------------------------------------------------------------------------------


def test_one_channel_closes_the_others(cast, sink):
    crisis = story.start(cast)
    acknowledge_crisis(crisis, contact=cast.nora, how="portal")  # before the mail has left
    work_off()
    assert not story.mails_to(sink, "nora@alpenglow.example")
    assert Delivery.objects.get(contact=cast.nora, channel="email").reason == "acted"
    assert story.person(crisis, cast.nora).standing == "acknowledged"
    assert board_of(crisis, cast.maria).organisations_answered == 1


@pytest.mark.slow
def test_who_works_for_two_partners_acknowledges_once(cast, sink):
    twin = factories.make_contact(cast.baltic, "Nora Berg", "nora@alpenglow.example", user=cast.nora.user)
    crisis = story.start(cast)
    work_off()
    assert acknowledge_crisis(crisis, contact=twin, how="portal")
    assert not acknowledge_crisis(crisis, contact=cast.nora, how="mail")
    assert crisis.people.filter(acknowledged_how="portal").count() == 2


@pytest.mark.slow
def test_the_link_in_the_mail_asks_first_and_needs_no_sign_in(cast, sink):
    crisis = story.start(cast, is_drill=True)
    work_off()
    announcement = crisis.messages.get().announcement
    address = reverse("tracking:acknowledge", args=[mail_token(announcement.pk, cast.sven.pk, 1, Place.ACKNOWLEDGE)])
    anybody = Client(enforce_csrf_checks=True)
    page = anybody.get(address)
    assert "This is a drill" in page.content.decode()
    assert not crisis.people.exclude(acknowledged_at=None).exists()
    assert "You have acknowledged" in anybody.post(address).content.decode()
    assert story.person(crisis, cast.sven).acknowledged_how == "mail"
    assert announcement.acknowledgements.filter(contact=cast.sven).exists()
    wrong = mail_token(announcement.pk, cast.sven.pk, 1, Place.WAY_OUT)
    assert anybody.post(reverse("tracking:acknowledge", args=[wrong])).status_code == 404


def test_the_notice_is_on_every_page_of_who_is_concerned_until_then(cast, client):
    ann = factories.make_contact(cast.baltic, "Ann", "ann@baltic.example", login=True)
    segment = factories.make_segment("At Alpenglow", rule={"all": [{"field": "partner.external_id", "op": "eq", "value": "A-1"}]})
    crisis = story.start(cast, story.ready(cast, segment=segment), is_drill=True)
    work_off()
    client.force_login(cast.ben.user)
    people = reverse("portal:people")
    assert "[DRILL] Break-in at our servers" in client.get(people).content.decode()
    answer = client.post(reverse("communications:acknowledge_crisis", args=[crisis.public_id]), {"back": people})
    assert answer["Location"] == people
    assert "Break-in" not in client.get(people).content.decode()
    assert crisis_notices(cast.nora)
    assert not crisis_notices(ann)
    client.force_login(ann.user)
    address = reverse("communications:acknowledge_crisis", args=[crisis.public_id])
    assert client.post(address).status_code == client.post(address.replace(str(crisis.public_id), str(uuid4()))).status_code == 404
    assert crisis.people.exclude(acknowledged_at=None).count() == 1


@pytest.mark.slow
def test_acknowledging_in_the_portal_as_any_other_announcement_counts_too(cast):
    crisis = story.start(cast)
    work_off()
    acknowledge_announcement(crisis.messages.get().announcement, contact=cast.ben)
    assert story.person(crisis, cast.ben).acknowledged_how == "portal"
