"""Finding: by words, by meaning, and only what a person may see."""

from datetime import timedelta

import numpy as np
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid6 import uuid7

from communications.actions.freshness import renew_announcement, retire_announcement
from communications.actions.indexing import index_announcement
from communications.actions.known_answers import change_known_answer, keep_known_answer
from communications.actions.questions import answer_question, ask_question
from communications.models import Announcement, AnnouncementVersion
from partners.models import Contact
from search import meaning, sources
from search.actions.indexing import Paragraph, embed_waiting, forget_document, index_document
from search.actions.synonyms import keep_synonym
from search.marks import CLOSE, OPEN, excerpt_of, marked
from search.models import Document, Meaning, Synonym, Word
from search.queries.finding import find, find_passages
from search.sources import Source, register_source
from tests import announcement_story, factories, meeting_story, portal_story

pytestmark = pytest.mark.django_db


def write(title, *texts, kind="note", public_id=None, **about):
    paragraphs = [Paragraph("", text) for text in texts]
    return index_document(kind, public_id or uuid7(), title=title, address="/x/", paragraphs=paragraphs, **about)


@pytest.fixture
def shown(monkeypatch):
    """The notes, a noun of this test, that everybody may see."""
    seen = set()
    monkeypatch.setattr(sources, "_sources", {})
    register_source(Source("note", "Notes", lambda user: Document.objects.filter(public_id__in=seen).values("public_id")))
    return seen


@pytest.fixture
def note(shown):
    def write_shown(title, *texts, **about):
        document = write(title, *texts, **about)
        shown.add(document.public_id)
        return document

    return write_shown


def titles(found):
    return [passage.document.title for passage in getattr(found, "passages", found)]


# --- The index -------------------------------------------------------------------------------------------------------


def test_a_text_is_found_by_its_words_in_any_form(cast, note):
    note("Ending a contract", "Whoever cancels a subscription does so in writing.")
    note("Rebates", "A rebate is paid each quarter.")
    note("Rückvergütung", "Die ÜBERSICHT der Verträge.", language="de")
    assert titles(find(cast.nora.user, "cancelling subscriptions")) == ["Ending a contract"]
    assert titles(find(cast.nora.user, "Subsc")) == ["Ending a contract"]
    assert titles(find(cast.nora.user, "übersicht vertrag")) == ["Rückvergütung"]


def test_a_rule_with_a_per_cent_sign_stays_one(cast, note):
    note("Rebates", "A rebate is paid each quarter.")
    ten = Document.objects.filter(title__contains="%").values("public_id")
    all_of_them = Document.objects.extra(where=["title LIKE 'Reb%%'"]).values("public_id")
    register_source(Source("note", "Notes", lambda user: ten))
    assert titles(find(cast.nora.user, "rebate")) == []
    register_source(Source("note", "Notes", lambda user: all_of_them))
    assert titles(find(cast.nora.user, "rebate")) == ["Rebates"]


def test_a_typing_mistake_does_no_harm(cast, note):
    note("Ending a contract", "Whoever cancels a subscription does so in writing.")
    embed_waiting(10)
    assert Word.objects.filter(word="subscription").exists()
    assert titles(find(cast.nora.user, "subscirption")) == titles(find(cast.nora.user, "subscripton")) == ["Ending a contract"]


def test_words_that_german_puts_together_are_found_by_their_parts_and_the_other_way_round(cast, note):
    note("Wärme", "Die Wärmepumpe steht im Keller.", language="de")
    note("Verträge", "Eine Kündigung ist schriftlich; die Frist beträgt drei Monate.", language="de")
    note("Preise", "Der Listenpreis gilt ab Mai.", language="de")
    embed_waiting(10)
    assert titles(find(cast.nora.user, "Pumpe")) == titles(find(cast.nora.user, "pumpen keller")) == ["Wärme"]
    assert titles(find(cast.nora.user, "Kündigungsfrist")) == ["Verträge"]

    note("Pumpen", "Die Pumpe wird geliefert.", language="de")
    embed_waiting(10)
    with translation.override("de"):
        assert titles(find(cast.nora.user, "Pumpe")) == ["Pumpen", "Wärme"]


def test_what_means_the_same_is_found_with_either_word(cast, note):
    note("Funds", "Market development funds are paid in May.")
    note("Other funds", "There is MDF in autumn.")
    assert titles(find(cast.nora.user, "MDF")) == ["Other funds"]
    keep_synonym(Synonym(), by=cast.maria, word="MDF", words=["Market development funds"])
    assert set(titles(find(cast.nora.user, "mdf"))) == {"Funds", "Other funds"}
    assert set(titles(find(cast.nora.user, "market development funds"))) == {"Funds", "Other funds"}


def test_a_text_is_found_by_what_it_means(cast, note):
    note("Ending a contract", "Whoever cancels a subscription does so in writing.")
    note("The canteen", "Lunch is served at noon.")
    assert (embed_waiting(1), embed_waiting(10), embed_waiting(10)) == (1, 1, 0)
    found = find_passages(cast.nora.user, "how do I get out of an agreement?")
    assert titles(found)[0] == "Ending a contract"
    assert found[0].meaning > 0.3
    assert find(cast.nora.user, "photosynthesis").passages == []


def test_what_one_may_not_see_or_has_expired_or_was_forgotten_is_not_found(cast, note):
    write("Harbour prices", "The list price of Harbour.")
    note("Old Harbour prices", "The list price of Harbour.", expires_at=timezone.now())
    overdue = note("Harbour prices to look at", "The list price.", review_on=timezone.localdate() - timedelta(days=1))
    assert titles(find(cast.nora.user, "harbour prices")) == ["Harbour prices to look at"]
    assert find_passages(cast.nora.user, "harbour prices") == []
    forget_document("note", overdue.public_id)
    assert titles(find(cast.nora.user, "harbour prices")) == []


def test_what_was_told_again_keeps_the_meaning_of_what_stayed(cast, note):
    document = note("Steps", "First register the deal.", "Then send the offer.")
    embed_waiting(10)
    write("Steps", "First register the deal.", "Then call us.", public_id=document.public_id)
    assert Meaning.objects.filter(vector=None).count() == 1
    assert [passage.text for passage in document.passages.order_by("number")] == ["First register the deal.", "Then call us."]


def test_a_paragraph_is_read_once_when_it_was_written(cast, note, monkeypatch):
    note("Steps", "First register the deal with the customer's name.")
    embed_waiting(10)
    [found] = find_passages(cast.nora.user, "register a deal")
    kept, anew = meaning.read(found.whole, found.reading), meaning.read(found.whole)
    assert (kept.words, kept.starts) == (anew.words, anew.starts)
    assert np.abs(kept.meanings - anew.meanings).max() < 0.01
    monkeypatch.setattr(meaning, "_tokens", lambda text: pytest.fail("the model was asked"))
    assert meaning.read(found.whole, found.reading).words == anew.words
    with pytest.raises(pytest.fail.Exception):
        meaning.read(found.whole + " More.", found.reading)


@pytest.mark.parametrize("typed", [
    "", " \x00\x07 ", "a & b | !c <-> :*", "'; DROP TABLE x; --", "%s %(word_0)s {}", "x" * 100_000, "the of a", "💥" * 500,
    "deal\\", "'deal':*", "deal " * 20_000,
])  # fmt: skip
def test_whatever_is_typed_is_read_as_plain_words(cast, note, typed):
    note("Steps", "First register the deal.")
    assert len(find(cast.nora.user, typed)) <= 1
    assert len(find_passages(cast.nora.user, typed)) <= 1
    assert Contact.objects.filter(pk=cast.nora.pk).exists()


def test_what_matches_is_marked_and_the_rest_is_left_out(cast, note):
    note("Long", "Nothing here. " * 30 + "The ÜBERSICHT & <b>plan</b>." + " Nothing there." * 30, language="de")
    (passage,) = find(cast.nora.user, "übersicht").passages
    assert [piece.text for piece in passage.excerpt if piece.is_marked] == ["ÜBERSICHT"]
    text = "".join(piece.text for piece in passage.excerpt)
    assert text.startswith("… ")
    assert text.endswith(" …")
    assert len(text) < 300


@given(
    st.text(st.characters(exclude_characters=OPEN + CLOSE, exclude_categories=["Cs"]), max_size=300),  # the index takes these out
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 9)), max_size=4),
)
def test_pieces_of_an_excerpt_are_pieces_of_the_text(text, chosen):
    places, at = [], 0
    for begin, length in sorted(chosen):
        if at <= begin < len(text):
            at = min(begin + length, len(text))
            places.append((begin, at))
    pieces = excerpt_of(text, places)
    plain = "".join(piece.text for piece in pieces)
    assert plain.removeprefix("… ").removesuffix(" …") in text
    assert marked(text, text.lower()) == []


WORDS = ("harbour", "price", "rebate", "contract", "partner", "deal")


@pytest.mark.slow
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_nothing_foreign_is_ever_found(cast, shown, data):
    Document.objects.all().delete()
    shown.clear()
    for n in range(data.draw(st.integers(1, 6))):
        words = data.draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
        expires_at = data.draw(st.sampled_from([None, timezone.now(), timezone.now() + timedelta(days=1)]))
        document = write(f"Note {n}", " ".join(words), expires_at=expires_at)
        if data.draw(st.booleans()):
            shown.add(document.public_id)
    asked = " ".join(data.draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)))
    for found in (find(cast.nora.user, asked).passages, find(cast.nora.user, asked, limit=1).passages,
                  find_passages(cast.nora.user, asked)):  # fmt: skip
        for passage in found:
            assert passage.document.public_id in shown
            assert passage.document.expires_at is None or passage.document.expires_at > timezone.now()
    may = Document.objects.current().filter(public_id__in=shown, passages__text__icontains=asked.split()[0])
    assert bool(find(cast.nora.user, asked.split()[0]).passages) == may.exists()


# --- What tells it ---------------------------------------------------------------------------------------------------


def test_an_announcement_is_found_by_those_it_has_reached_and_by_nobody_else(cast, sink):
    announcement = announcement_story.send(announcement_story.draft(cast, "Harbour gets a new price list"), cast)
    ben, sven = cast.ben.user, cast.sven.user
    late = factories.make_contact(cast.baltic, "Tom Late", "tom@baltic.example", login=True)
    assert titles(find(ben, "harbour price")) == ["Harbour gets a new price list"]
    assert "{{" not in find(ben, "harbour price").passages[0].text
    assert titles(find(AnonymousUser(), "harbour price")) == []
    assert titles(find(late.user, "harbour price")) == []
    assert titles(find(cast.maria, "harbour price")) == ["Harbour gets a new price list"]
    renew_announcement(announcement, by=cast.maria)
    assert titles(find(sven, "harbour price")) != []
    retire_announcement(announcement, by=cast.maria)
    assert titles(find(ben, "harbour price")) == titles(find(sven, "harbour price")) == []


def test_an_announcement_that_expires_is_gone_whatever_the_index_says(cast):
    announcement = portal_story.announce(cast, "Harbour is cheaper", cast.nora)
    assert titles(find(cast.nora.user, "harbour cheaper")) == ["Harbour is cheaper"]
    assert titles(find(cast.sven.user, "harbour cheaper")) == []
    Announcement.objects.filter(pk=announcement.pk).update(expires_at=timezone.now())
    assert titles(find(cast.nora.user, "harbour cheaper")) == []


def test_an_announcement_is_found_in_each_of_its_languages(cast):
    announcement = portal_story.announce(cast, "Harbour is cheaper", cast.nora)
    words = {"de": {"title": "Harbour wird günstiger", "body": "Die Preise sinken für alle Verträge.", "call_to_action": ""}}
    AnnouncementVersion.objects.filter(announcement=announcement).update(translations=words)
    index_announcement(announcement)
    (passage,) = find(cast.nora.user, "preis vertrag").passages
    assert passage.heading == "Harbour wird günstiger"


def test_an_answered_question_is_found_by_those_who_asked(cast):
    announcement = portal_story.announce(cast, "Harbour is cheaper", cast.nora, cast.ben, cast.sven)
    question = ask_question(announcement, contact=cast.nora, text="Does the rebate hold for distributors?")
    assert titles(find(cast.nora.user, "rebate distributor")) == []
    answer_question(question, by=cast.maria, text="Yes, for each of them.")
    assert titles(find(cast.ben.user, "rebate distributor")) == ["Does the rebate hold for distributors?"]
    assert titles(find(cast.sven.user, "rebate distributor")) == []


def test_a_kept_answer_is_found_while_it_is_current(cast):
    row = keep_known_answer(by=cast.maria, programme=cast.programme, question="How much storage?", answer="Two terabytes.")
    assert titles(find(cast.sven.user, "terabytes")) == ["How much storage?"]
    change_known_answer(row, by=cast.maria, answer="Two petabytes.")
    assert titles(find(cast.sven.user, "terabytes")) == []
    assert titles(find(cast.sven.user, "petabytes")) == ["How much storage?"]
    change_known_answer(row, by=cast.maria, is_current=False)
    assert titles(find(cast.sven.user, "petabytes")) == []


def test_a_meeting_is_found_by_those_who_are_invited(cast, sink):
    meeting_story.plan(cast, "Quarterly roundtable", partner=cast.alpenglow)
    assert titles(find(cast.nora.user, "roundtable")) == []
    meeting_story.invited(cast, "Another roundtable", partner=cast.alpenglow)
    assert titles(find(cast.nora.user, "roundtable")) == ["Another roundtable"]
    assert titles(find(cast.sven.user, "roundtable")) == []


def test_a_restored_database_is_found_right(cast, capsys):
    announcement = portal_story.announce(cast, "Harbour is cheaper", cast.nora)
    announcement.__class__.objects.filter(pk=announcement.pk).update(frozen_at=timezone.now())
    write("Nobody tells of this", "Harbour.", kind="announcement")
    write("Of an app that is gone", "Harbour.", kind="gone")
    call_command("rebuild_search")
    assert "announcement: 1" in capsys.readouterr().out
    assert [document.title for document in Document.objects.filter(kind__in=["announcement", "gone"])] == ["Harbour is cheaper"]
    assert not Meaning.objects.filter(vector=None).exists()
