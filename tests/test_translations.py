"""An announcement in several languages: each person gets the one in theirs, in every channel, and never two at once."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from activity.refusals import Invalid
from communications.actions import announcements
from communications.actions.trials import send_test
from communications.models import AnnouncementVersion, Kind, State
from communications.models.translations import best_language
from communications.queries.announcement_breakdown import breakdown_of, clicks_by_link
from communications.queries.announcement_page import reading_of
from communications.queries.feed import feed_of
from communications.queries.links import links_of
from communications.rendering import MergeValues
from communications.rendering.chat import chat_message
from partners.models import Contact, Partner
from tests import factories
from tests.announcement_story import approve, draft, send
from tests.api import integrator

pytestmark = pytest.mark.django_db

GERMAN = {"title": "Aurora 3 ist da", "body": "Guten Tag {{ contact.name }}, [die Notizen](https://vendor.example/de).",
          "call_to_action": "Vertrieb: bis 1. Mai", "details": {"product": "Aurora"}}  # fmt: skip
WORDS = {"call_to_action": "Sales: by 1 May", "translations": {"de": GERMAN}}


@pytest.fixture
def tongues(cast):
    """Nora reads German, Ben Polish, and Baltic's people, of whom nothing else is known, French as their partner does."""
    Contact.objects.filter(pk=cast.nora.pk).update(language="de-at")
    Contact.objects.filter(pk=cast.ben.pk).update(language="pl")
    Partner.objects.filter(pk=cast.baltic.pk).update(language="fr")
    return {one: Contact.objects.select_related("partner").get(pk=getattr(cast, one).pk) for one in ("nora", "ben", "sven")}


def parts(mail) -> tuple[str, str]:
    plain, html = (part.get_content() for part in mail.iter_parts())
    return plain, html


def test_each_gets_their_language_in_the_mail_and_whoever_reads_another_is_told(cast, tongues, sink):
    send(draft(cast, **WORDS), cast)
    german, polish, french = (sink.to(tongues[one].email) for one in ("nora", "ben", "sven"))
    plain, html = parts(german)
    assert german["Subject"] == "Aurora 3 ist da"
    assert "Guten Tag Nora Berg" in plain
    assert "Vertrieb: bis 1. Mai" in plain
    assert "Im Portal lesen" in plain
    assert '<html lang="de">' in html
    for english in ("Hello", "Sales: by", "Open in the portal", "You get this because", "available in"):
        assert english not in plain + html
    plain, html = parts(polish)
    assert polish["Subject"] == french["Subject"] == "Aurora 3 is here"
    assert "This text is available in English only." in plain
    assert "This text is available in English only." in html
    assert "Ce texte n’existe que dans cette langue : English." in parts(french)[0]


def test_the_same_in_the_portal_and_in_the_feed(cast, tongues, sink):
    sent = send(draft(cast, **WORDS), cast)
    read = reading_of(sent, tongues["nora"])
    assert (read.title, read.only_in, read.version.call_to_action) == ("Aurora 3 ist da", "", "Vertrieb: bis 1. Mai")
    assert "Guten Tag" in read.html
    assert reading_of(sent, tongues["ben"]).only_in == "This text is available in English only."
    first = feed_of(tongues["nora"])[0]
    assert (first.title, first.call_to_action, first.language, first.only_in) == (read.title, "Vertrieb: bis 1. Mai", "de", "")
    assert feed_of(tongues["ben"])[0].only_in == "This text is available in English only."


def test_the_page_says_it_to_screen_readers_too(cast, tongues, client, sink):
    sent = send(draft(cast, **WORDS), cast)
    client.force_login(cast.nora.user)
    page = client.get(reverse("communications:announcement", args=[sent.public_id])).content.decode()
    assert '<h1 lang="de">Aurora 3 ist da</h1>' in page
    assert '<div class="prose" lang="de">' in page
    client.force_login(cast.sven.user)
    page = client.get(reverse("communications:announcement", args=[sent.public_id])).content.decode()
    assert "Ce texte n’existe que dans cette langue : English." in page


def test_a_link_of_a_translation_leads_where_the_translation_says(cast, tongues, sink, client):
    sent = send(draft(cast, **WORDS), cast)
    assert links_of(sent.pk, 1) == ("https://vendor.example/notes", "https://vendor.example/de")
    html = reading_of(sent, tongues["nora"]).html
    address = html.partition('href="')[2].partition('"')[0]
    assert client.get(address)["Location"] == "https://vendor.example/de"
    assert [link.url for link in clicks_by_link(sent)] == ["https://vendor.example/notes", "https://vendor.example/de"]


def test_the_report_counts_by_the_language_that_people_read(cast, tongues, sink, client):
    sent = send(draft(cast, **WORDS), cast)
    assert {line.key: line.audience for line in breakdown_of(sent).by["language"]} == {"de-at": 1, "pl": 1, "fr": 1}
    client.force_login(cast.maria)
    page = client.get(reverse("admin:communications_announcement_report", args=[sent.public_id])).content.decode()
    assert "Polish, read it in English" in page


def test_what_is_approved_is_every_language_and_a_change_to_one_asks_for_approval_again(cast):
    begun = approve(draft(cast, **WORDS), cast)
    announcements.change_announcement(begun, by=cast.maria, translations={"de": GERMAN | {"title": "Aurora 3 für alle"}})
    assert (begun.state, begun.approved_version) == (State.DRAFT, None)
    assert begun.versions.get(number=1).translations["de"]["title"] == "Aurora 3 ist da"


@pytest.mark.parametrize(
    ("german", "field", "says"),
    [
        ({"title": ""}, "translations.de.title", "has no title"),
        ({"body": " "}, "translations.de.body", "has no text"),
        ({"call_to_action": ""}, "translations.de.call_to_action", "who must act"),
    ],
)
def test_a_translation_that_would_mix_languages_is_not_submitted(cast, german, field, says):
    begun = draft(cast, **WORDS | {"translations": {"de": GERMAN | german}})
    with pytest.raises(Invalid, match=says) as refused:
        announcements.submit_announcement(begun, by=cast.maria)
    assert refused.value.field == field
    assert begun.versions.count() == 0


def test_a_detail_that_is_words_is_asked_for_in_each_language(cast):
    asked = factories.what_kind_asks(Kind.PRICE_LIST)
    begun = draft(cast, kind=Kind.PRICE_LIST, translations={"de": GERMAN | {"details": {"changes_from": "12 %"}}})
    with pytest.raises(Invalid) as refused:
        announcements.submit_announcement(begun, by=cast.maria)
    assert refused.value.field == "translations.de.changes_to"
    whole = {"changes_from": "12 %", "changes_to": "14 %"}
    announcements.change_announcement(begun, by=cast.maria, translations={"de": GERMAN | {"details": whole}})
    version = announcements.submit_announcement(begun, by=cast.maria).in_language("de")
    assert version.details == asked["details"] | whole


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"translations": {"en": GERMAN}}, "translations.en.title"),
        ({"translations": {"xx": GERMAN}}, "translations"),
        ({"translations": {"de": {"headline": "x"}}}, "translations"),
        ({"translations": {"de": GERMAN | {"body": "[x](ftp://x)"}}}, "translations.de.body"),
        ({"translations": {"de": GERMAN | {"title": "{{ nobody }}"}}}, "translations.de.title"),
        ({"translations": {"de": GERMAN}, "variant_title": "Another"}, "variant_title"),
        ({"language": "klingon"}, "language"),
    ],
)
def test_translations_that_make_no_sense_are_refused(cast, fields, field):
    begun = draft(cast)
    with pytest.raises(Invalid) as refused:
        announcements.change_announcement(begun, by=cast.maria, **fields)
    assert refused.value.field == field
    begun.refresh_from_db()
    assert (begun.language, begun.translations) == ("en", {})


def test_a_test_to_oneself_and_a_chat_room_are_in_the_language_of_their_reader(cast, tongues, sink):
    begun = draft(cast, **WORDS)
    send_test(begun, by=cast.maria, contact=tongues["nora"])
    assert sink.to(cast.maria.email)["Subject"] == "[Test] Aurora 3 ist da"
    version = announcements.submit_announcement(begun, by=cast.maria)
    values = MergeValues("Alpenglow", "", "Alpenglow", "DE", "Vendor")
    assert chat_message(version.in_language("de"), values, "https://x.example/").title == "Aurora 3 ist da"
    assert "available in English only" in chat_message(version.in_language("pl"), values, "https://x.example/").text


def test_the_preview_is_in_the_language_of_whoever_reads_it(cast, tongues, client):
    begun = draft(cast, **WORDS)
    client.force_login(cast.maria)
    address = reverse("admin:communications_announcement_version_preview", args=[begun.public_id, 0])
    for channel in ("email", "portal"):
        seen = client.get(address, {"look_as": str(cast.nora.public_id), "look_channel": channel}).content.decode()
        assert "Guten Tag Nora Berg" in seen
        seen = client.get(address, {"look_as": str(cast.ben.public_id), "look_channel": channel}).content.decode()
        assert "This text is available in English only." in seen
        chosen = {"look_as": str(cast.ben.public_id), "look_channel": channel, "look_language": "de"}
        assert "Guten Tag Ben Ott" in client.get(address, chosen).content.decode()


def test_the_composer_adds_keeps_and_takes_out_a_language(cast, client):
    client.force_login(cast.maria)
    begun = draft(cast)
    address = reverse("admin:communications_announcement_change", args=[begun.public_id])
    entered = {"title": begun.title, "body": begun.body, "segment": begun.segment_id, "kind": begun.kind, "channels": ["portal"],
               "announcement": str(begun.public_id), "language": "en"}  # fmt: skip
    shown = client.post(address, entered | {"then": "language", "add_tongue": "de"}).content.decode()
    assert 'name="tr_de_title"' in shown
    part = client.post(
        reverse("admin:communications_announcement_translations"), entered | {"then": "language", "add_tongue": "fr"}
    )
    assert 'name="tr_fr_body"' in part.content.decode()

    client.post(address, entered | {"tongues": "de", "tr_de_title": "Aurora 3 ist da", "tr_de_body": "Guten Tag", "then": "save"})
    begun.refresh_from_db()
    assert begun.translations["de"]["title"] == "Aurora 3 ist da"
    refused = client.post(address, entered | {"tongues": "de", "tr_de_title": "{{ nobody }}", "then": "save"})
    assert refused.status_code == 422
    assert "There is no merge field" in refused.content.decode()

    client.post(address, entered | {"tongues": "de", "tr_de_title": "Aurora 3 ist da", "tr_de_body": "Guten Tag",
                                    "drop_tongues": "de", "then": "save"})  # fmt: skip
    begun.refresh_from_db()
    assert begun.translations == {}


def test_the_api_takes_and_gives_translations(cast):
    maria = integrator(cast.maria)
    fields = {"title": "Aurora 3", "body": "Hello", "segment": str(factories.make_segment().public_id), "language": "en",
              "translations": {"de": {"title": "Aurora 3", "body": "Guten Tag"}}}  # fmt: skip
    made = maria.post("announcements/", fields)
    assert made.status_code == 201, made.json()
    assert made.json()["translations"]["de"]["body"] == "Guten Tag"
    refused = maria.patch(f"announcements/{made.json()['id']}/", {"translations": {"en": {"title": "x"}}})
    assert refused.status_code == 422
    assert "is in this language" in refused.json()["detail"]


@given(
    wanted=st.sampled_from(["", "en", "de", "de-at", "pt", "pt-br", "pl"]),
    own=st.sampled_from(["en", "de", "pt-br"]),
    others=st.sets(st.sampled_from(["de", "de-ch", "pt", "fr", "en"])),
)
def test_a_reader_gets_all_of_one_language_that_exists(wanted, own, others):
    others.discard(own)
    best = best_language(wanted, own, others)
    translations = {one: {"title": one, "body": one, "call_to_action": one} for one in others}
    version = AnnouncementVersion(title=own, body=own, call_to_action=own, language=own, translations=translations)
    read = version.in_language(wanted)
    assert {read.title, read.body, read.call_to_action, read.language} == {best or own}
    assert (read.missed_by != "") == (best is None)
    tongue = wanted.partition("-")[0]
    assert (best is None) == (wanted != "" and tongue not in {one.partition("-")[0] for one in {own, *others}})
