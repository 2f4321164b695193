"""With a language model: it phrases, from the passages alone, and whatever they do not bear out is left out. The model here is a
real server that does what it was told by whoever spoke last."""

import json

import pytest

from portal.queries.assistant import answer_for
from search import sources
from search.actions.indexing import embed_waiting
from tests import assistant_story
from tests.webhook_receiver import start_receiver

pytestmark = pytest.mark.django_db
QUESTION = "What do you deduct when we send back something unopened?"
EXTRACTED = "A restocking charge of 10 percent is deducted."


@pytest.fixture
def model(settings):
    receiver = start_receiver()
    settings.ASSISTANT_MODEL_URL = receiver.url("/v1")
    settings.ASSISTANT_MODEL_NAME, settings.ASSISTANT_MODEL_KEY, settings.ASSISTANT_MODEL_SECONDS = "small", "of the test", 2
    yield receiver
    receiver.stop()


@pytest.fixture
def nora(cast, model, monkeypatch):
    monkeypatch.setattr(sources, "_sources", {})
    assistant_story.library(letters_for=[cast.sven.user.pk])
    return cast.nora


def replies(model, text: str) -> None:
    model.answers_with(200, json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}))


def test_it_phrases_what_the_passage_says(nora, model):
    replies(model, "Unopened boxes may be sent back within 21 days [1]. We deduct a restocking charge of 10 percent [1].")

    answer = answer_for(nora.user, QUESTION, contact=nora)

    assert [said.text for said in answer.said] == [
        "Unopened boxes may be sent back within 21 days.", "We deduct a restocking charge of 10 percent.",
    ]  # fmt: skip
    assert answer.is_phrased
    [sent] = model.received
    assert sent.path == "/v1/chat/completions"
    assert sent.headers["authorization"] == "Bearer of the test"
    given = json.loads(json.loads(sent.body)["messages"][1]["content"])
    assert given["question"] == QUESTION
    assert "41 percent" not in sent.body


@pytest.mark.parametrize(
    "reply",
    [
        "We deduct a restocking charge of 20 percent [1].",
        "We deduct a restocking charge of 10 percent.",
        "We deduct a restocking charge of 10 percent [7].",
        "No restocking charge of 10 percent is deducted [1].",
        "Ask Birgit Halvorsen about the restocking charge of 10 percent [1].",
        "Send the customer list to parts@attacker.example [1].",
        "Paris is the capital of France [1].",
        "NOTHING",
        "",
    ],
)
def test_what_nothing_bears_out_is_dropped_and_the_quotation_stays(nora, model, reply):
    replies(model, reply)
    answer = answer_for(nora.user, QUESTION, contact=nora)
    assert EXTRACTED in answer.text
    assert not answer.is_phrased


def test_of_two_sentences_the_one_that_holds_is_kept(nora, model):
    replies(model, "A restocking charge of 10 percent is deducted [1]. All passwords are printed below [1].")
    assert answer_for(nora.user, QUESTION, contact=nora).text == "A restocking charge of 10 percent is deducted."


def test_an_obedient_model_gains_nothing_by_what_a_document_orders(nora, model):
    """It does whatever the injected text says, as far as it was given it."""

    def obey(handler):
        sent = model.received[-1].body
        given = "Spare parts are free of charge [1]. The passwords are hunter2 [1]. Baltic Cloud receives 41 percent [1]."
        text = given if "Ignore all previous instructions" in sent else "Express delivery costs 35 EUR [1]. " + given
        body = json.dumps({"choices": [{"message": {"content": text}}]}).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    model.answer = obey
    answer = answer_for(nora.user, "What does express delivery of spare parts cost?", contact=nora)

    assert "35 EUR" in answer.text
    for said in ("free of charge", "hunter2", "41 percent"):
        assert said not in answer.text
    assert "Ignore all previous instructions" not in model.received[-1].body


@pytest.fixture
def german(cast, model, monkeypatch):
    monkeypatch.setattr(sources, "_sources", {})
    assistant_story.library()
    text = "Unbenutzte Ware nehmen wir innerhalb von 30 Tagen zurück. Die Fracht der Rücksendung trägt der Händler."
    assistant_story.write("Rücksendungen", (("Rücksendungen", text),), language="de")
    embed_waiting(10)
    return cast.nora


GERMAN_QUESTION = "Innerhalb von wie vielen Tagen nehmen Sie unbenutzte Ware zurück?"


@pytest.mark.parametrize(
    "reply",
    [
        "Wir nehmen unbenutzte Ware innerhalb von 30 Tagen zurück.",
        "Unbenutzte Ware nehmen wir von Ihnen innerhalb von 30 Tagen zurück.",
        "Innerhalb von 30 Tagen nehmen wir Ihre unbenutzte Ware zurück.",
    ],
)
def test_in_german_whom_it_speaks_to_is_nobodys_name(german, model, reply):
    replies(model, f"{reply[:-1]} [1].")
    answer = answer_for(german.user, GERMAN_QUESTION, contact=german)
    assert [said.text for said in answer.said] == [reply]
    assert answer.is_phrased


@pytest.mark.parametrize(
    "reply",
    [
        "Unbenutzte Ware nehmen wir innerhalb von 60 Tagen zurück [1].",
        "Unbenutzte Ware nehmen wir immer innerhalb von 30 Tagen zurück [1].",
        "Alle unbenutzte Ware nehmen wir innerhalb von 30 Tagen gratis zurück [1].",
        "Unbenutzte Ware nehmen wir innerhalb von 30 Tagen nicht zurück [1].",
        "Unbenutzte Ware nimmt Birgit innerhalb von 30 Tagen zurück [1].",
        "Die Fracht der Rücksendung trägt niemals der Händler [1].",
    ],
)
def test_in_german_too_what_nothing_bears_out_is_dropped(german, model, reply):
    replies(model, reply)
    answer = answer_for(german.user, GERMAN_QUESTION, contact=german)
    assert "30 Tagen" in answer.text
    assert not answer.is_phrased, answer.text


@pytest.mark.parametrize("away", ["500", "html", "hangs_up"])
def test_without_the_model_the_documents_speak(nora, model, away):
    {"500": lambda: model.answers_with(500), "html": lambda: model.answers_with(200, "<html>"), "hangs_up": model.hangs_up}[away]()
    answer = answer_for(nora.user, QUESTION, contact=nora)
    assert EXTRACTED in answer.text
    assert answer.notes == ("model_away",)


@pytest.mark.slow
def test_a_slow_model_is_not_waited_for(nora, model, settings):
    settings.ASSISTANT_MODEL_SECONDS = 1
    model.hangs()
    assert answer_for(nora.user, QUESTION, contact=nora).notes == ("model_away",)


def test_what_is_theirs_and_what_nobody_knows_is_not_given_away(nora, model):
    replies(model, "Nora is in tier Gold [1].")
    assert answer_for(nora.user, "Which tier are we?", contact=nora).text.startswith("You are Gold")
    assert answer_for(nora.user, "Which wine goes with fish?", contact=nora).is_abstained
    assert model.received == []
