"""One box on one page; and what managers learn of what was not found."""

import pytest
from django.urls import reverse

from communications.actions.known_answers import keep_known_answer
from context.actions.facts import record_fact
from context.models import DataPoint
from enablement.actions.ideas import assign_idea
from partners.actions.erasures import carry_out_erasure, start_erasure
from partners.models import Enrolment
from search.actions.indexing import Paragraph, index_document
from search.actions.missed_searches import note_missed_search
from search.models import Document, Meaning, MissedSearch, Missing, Passage, Synonym, Word
from tests import factories, idea_story, learning_story, library_story, portal_story
from tests.api import integrator

pytestmark = pytest.mark.django_db
SEARCH = "/search/"


@pytest.fixture
def news(cast):
    return portal_story.announce(cast, "Harbour <gets> cheaper", cast.nora, cast.ben)


def ask(client, contact, text, **more):
    client.force_login(contact.user)
    return client.get(SEARCH, {"q": text, **more.pop("also", {})}, **more)


def test_nora_finds_news_people_and_her_own_data(client, cast, news):
    DataPoint.objects.create(key="harbours", label="Harbour licences", seen_by="both", type="text")
    record_fact(cast.alpenglow, "harbours", "Forty", source="call", method="manual", by=cast.maria)
    page = ask(client, cast.nora, "harbour").content.decode()
    assert "Harbour &lt;gets&gt; cheaper" in page
    assert "Harbour licences" in page
    assert "Forty" in page
    assert "Ben Ott" in ask(client, cast.nora, "ben").content.decode()
    only = ask(client, cast.nora, "harbour", also={"kind": "facts"}).content.decode()
    assert "Harbour licences" in only
    assert "cheaper" not in only


def test_sven_finds_nothing_of_alpenglow_and_is_told_what_to_do(client, cast, news):
    page = ask(client, cast.sven, "harbour").content.decode()
    assert "cheaper" not in page
    assert "Nothing found" in page
    assert reverse("communications:conversations") in page
    assert "Ben Ott" not in ask(client, cast.sven, "ben").content.decode()


@pytest.mark.parametrize("typed", ["Jürgen Müller", "jurgen muller", "Mueller", "Juergen", "Jürgen Müler"])
def test_a_colleague_is_found_however_the_name_is_typed(client, cast, news, typed):
    jürgen = factories.make_contact(cast.alpenglow, "Jürgen Müller", "jm@alpenglow.example")
    factories.make_contact(cast.baltic, "Jürgen Müller", "jm@baltic.example")
    assert ask(client, cast.nora, typed).context["results"].people == [jürgen]
    assert ask(client, cast.nora, "Mallorca").context["results"].people == []


def test_a_typing_mistake_in_the_name_of_a_fact_does_no_harm(client, cast, news):
    DataPoint.objects.create(key="harbours", label="Harbour licences", seen_by="both", type="text")
    record_fact(cast.alpenglow, "harbours", "Forty", source="call", method="manual", by=cast.maria)
    assert ask(client, cast.nora, "lisences").context["results"].facts == [("Harbour licences", "Forty")]


def test_who_is_in_charge_is_found_by_name(client, cast, news):
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=cast.maria)
    for typed in ("maria", "Lund", "partner manager"):
        page = ask(client, cast.nora, typed)
        assert page.context["results"].managers == [cast.maria], typed
    assert "Nothing found" not in page.content.decode()
    assert "Maria Lund" not in ask(client, cast.sven, "maria").content.decode()


def test_each_hit_says_what_it_is_and_looks_so(client, cast, news, media):
    library_story.published(cast, "Harbour guide")
    page = ask(client, cast.nora, "harbour")
    assert {(text.label, text.icon) for text in page.context["results"].texts} == {
        ("Announcement", "megaphone"), ("Resource", "document-text"),
    }  # fmt: skip


def test_without_scripts_a_miss_is_noted_once_the_page_is_made(client, cast, news):
    page = ask(client, cast.nora, "zeppelins").content.decode()
    assert MissedSearch.objects.get().text == "zeppelins"
    assert reverse("portal:missed_search") not in page
    ask(client, cast.nora, "airships", also={"kind": "facts"})
    ask(client, cast.nora, "blimps", HTTP_HX_REQUEST="true")
    ask(client, cast.nora, "harbour")
    assert MissedSearch.objects.count() == 1
    client.force_login(cast.maria)
    client.post(f"/view-as/{cast.nora.public_id}/")
    client.get(SEARCH, {"q": "gyrocopters"})
    assert MissedSearch.objects.count() == 1


def test_results_come_alone_while_one_types(client, cast, news):
    part = ask(client, cast.nora, "harb", HTTP_HX_REQUEST="true").content.decode()
    assert "cheaper" in part
    assert "<html" not in part


@pytest.mark.parametrize("typed", ["", " ", "\x00", "x" * 100_000, "a & | ! <-> :*", "%(visible_0)s"])
def test_whatever_is_asked_the_page_answers(client, cast, news, typed):
    answer = ask(client, cast.nora, typed)
    assert answer.status_code == 200
    if len(typed) > 1000:
        assert "only its beginning was read" in answer.content.decode()


def test_the_page_asks_the_database_little(client, cast, news, media, django_assert_max_num_queries):
    """Whatever there is, and for however many segments."""
    gold = {"all": [{"field": "enrolment.tier", "op": "eq", "value": "gold"}]}
    for n in range(3):
        segment = factories.make_segment(f"Gold {n}", rule=gold)
        library_story.written(cast, f"Harbour guide {n}", "The harbour.", segment=segment)
        learning_story.published(cast, f"Harbour course {n}", certified=False, segment=segment)
        assign_idea(idea_story.propose(cast, f"Harbour idea {n}", contact=cast.sven), by=cast.maria, owner=None, segment=segment)
        words = {"programme": cast.programme, "question": f"Which harbour, {n}?", "answer": "Ours.", "segment": segment}
        keep_known_answer(by=cast.maria, **words)
    ask(client, cast.nora, "warm")
    with django_assert_max_num_queries(12):
        page = client.get(SEARCH, {"q": "harbour"}).content.decode()
    for title in ("cheaper", "Harbour guide 2", "Harbour course 2", "Harbour idea 2", "Which harbour, 2?"):
        assert title in page
    assert "Harbour guide" not in ask(client, cast.sven, "harbour").content.decode()


def test_what_is_missed_is_counted_without_saying_by_whom(client, cast, news):
    for contact in (cast.nora, cast.nora, cast.sven):
        client.force_login(contact.user)
        assert client.post("/search/missed/", {"q": " Zebra, stripes! "}).status_code == 204
    client.force_login(cast.nora.user)
    client.post("/search/missed/", {"q": "harbour"})  # there is something
    row = MissedSearch.objects.get()
    assert (row.text, row.times, row.people) == ("zebra stripes", 3, 2)
    client.force_login(cast.maria)
    page = client.get(reverse("admin:search_missedsearch_changelist")).content.decode()
    assert "zebra stripes" in page
    assert "?word=zebra+stripes" in page
    assert "Nora" not in page


def test_a_manager_makes_a_synonym_and_it_finds(client, cast, news):
    client.force_login(cast.maria)
    where = reverse("admin:search_synonym_add")
    assert (
        "Write at least one other word" in client.post(where, {"word": "zebra", "words": "zebra", "language": ""}).content.decode()
    )
    assert not Synonym.objects.exists()
    assert client.post(where, {"word": "Zebra", "words": "harbour\r\n\r\n", "language": ""}).status_code == 302
    assert "cheaper" in ask(client, cast.nora, "zebra").content.decode()


def test_who_is_forgotten_is_in_no_index(client, cast):
    index_document("note", cast.ben.public_id, title="Ask Ben Ott", address="/", paragraphs=[Paragraph("", "Ben Ott knows.")])
    note_missed_search("where is ben ott", by=cast.nora.user)
    Word.objects.create(word="ott")
    Meaning.objects.update(vector=[1.0] * 384, reading=b"words")
    carry_out_erasure(start_erasure(cast.ben, by=cast.maria))
    assert "Ott" not in Passage.objects.get().text + Document.objects.get().title + Passage.objects.get().title
    assert not Meaning.objects.exclude(vector=None, reading=None).exists()
    assert not MissedSearch.objects.exists()
    assert not Missing.objects.exists()
    assert not Word.objects.filter(word="ott").exists()


def test_an_integrator_searches_what_the_owner_of_the_token_sees(cast, news):
    type(news).objects.filter(pk=news.pk).update(frozen_at=news.created_at)
    api = integrator(cast.maria, "announcements:read")
    answer = api.get("search/", q="harbour")
    assert answer.status_code == 200
    assert [(row["kind"], row["title"]) for row in answer.json()["results"]] == [("announcement", news.title)]
    assert api.get("search/").status_code == api.get("search/", q="x", kind="meeting").status_code == 422
    assert integrator(cast.maria, "partners:read").get("search/", q="harbour").status_code == 403
