"""The check of how easy a text is to read: rules of thumb that are named as such, and that never stop anybody."""

import re

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from activity.refusals import Invalid
from communications.actions import announcements
from communications.clarity import remarks_on
from communications.clarity.jargon import jargon_in
from communications.clarity.passive import is_passive
from communications.clarity.prose import Sentence, split_sentences
from communications.clarity.reading_ease import reading_ease
from communications.clarity.syllables import SYLLABLES
from communications.models import JargonWord, State
from communications.queries.jargon import jargon_of
from tests.announcement_story import draft

LONG = (
    "We tell every one of our partners in each of the many regions that the new list of prices "
    "will be valid from the first day of May on."
)


def remark(name: str, body: str, language: str = "en", jargon: dict | None = None):
    return next((one for one in remarks_on(body, language, jargon or {}) if one.name == name), None)


def test_sentences_end_where_people_end_them():
    found = split_sentences("Prices rise, e.g. by 3.5 %. Ask Dr. Voss! “Why?” Because. Am 1. Mai z. B. gilt das.")
    assert [sentence.text for sentence in found] == [
        "Prices rise, e.g. by 3.5 %.", "Ask Dr. Voss!", "“Why?”", "Because.", "Am 1. Mai z. B. gilt das.",
    ]  # fmt: skip


def test_a_long_sentence_is_named_by_its_beginning():
    found = remark("Sentences", f"Short. {LONG}")
    assert not found.is_good
    assert found.sentence == "1 sentence has more than 25 words."
    assert found.examples[0].startswith("“We tell every one of our partners")
    assert remark("Sentences", "All is short here.").is_good


def test_the_formula_is_named_and_only_where_one_was_published():
    english = "The cat sat on the mat and saw the dog. " * 10
    assert remark("Flesch reading ease", english).is_good
    assert "Flesch–Kincaid grade" in remark("Flesch reading ease", english).sentence
    german = "Die Katze sitzt auf der Matte und sieht den Hund. " * 10
    assert remark("Amstad", german, "de").is_good
    assert "Kincaid" not in remark("Amstad", german, "de").sentence
    french = remarks_on("Le chat est sur le tapis. " * 20, "fr", {})
    assert {one.name for one in french if one.is_checked} == {"Sentences", "Kandel–Moles", "For everybody"}
    assert {one.name: one.sentence for one in french if not one.is_checked} == {
        "Passive": "Not checked: there is no rule of thumb for Français.",
        "Jargon": "Not checked: the list of words has none for Français.",
    }
    polish = remarks_on("Kot siedzi na dachu. " * 20, "pl", {})
    assert {one.name for one in polish if one.is_checked} == {"Sentences", "For everybody"}, "none was published that we know of"
    assert remark("Flesch reading ease", "Too short to tell.") is None


def test_the_formulas_are_those_that_were_published():
    """Worked by hand: 60 words in 6 sentences, each word of one syllable."""
    sentences = split_sentences("The cat sat on the mat and saw the dog. " * 6)
    ease = reading_ease(sentences, "en")
    assert ease.words == 60
    assert ease.score == pytest.approx(206.835 - 1.015 * 10 - 84.6 * 1)
    assert ease.grade == pytest.approx(0.39 * 10 + 11.8 * 1 - 15.59)


@pytest.mark.parametrize(
    ("language", "sentence", "name", "score"),
    [
        ("de", "Der Hund sah den Mond und lief nach Haus zu. ", "Amstad", 180 - 10 - 58.5),
        ("fr", "Le chat voit la nuit et dort sur un lit. ", "Kandel–Moles", 207 - 1.015 * 10 - 73.6),
        ("es", "El pan que me das ya no es muy bien. ", "Szigriszt-Pazos", 206.835 - 10 - 62.3),
        ("nl", "De hond zag de maan en liep naar huis toe. ", "Douma", 206.84 - 0.93 * 10 - 77),
        ("pt-br", "O pão que me dás já não é mais bom. ", "Martins", 248.835 - 1.015 * 10 - 84.6),
        ("it", "La casa non ha porte e noi non vediamo chi entra. ", "Gulpease", 89 + (300 - 10 * 38) / 11),
    ],
)
def test_each_language_has_its_own_formula(language, sentence, name, score):
    """Worked by hand: each word of one syllable; in Italian 38 letters in eleven words."""
    ease = reading_ease(split_sentences(sentence * 6), language)
    assert (ease.formula, ease.grade) == (name, None)
    assert ease.score == pytest.approx(score)


@pytest.mark.parametrize(
    ("language", "word", "syllables"),
    [
        ("en", "make", 1), ("en", "table", 2), ("en", "partner", 2), ("en", "acknowledged", 3), ("en", "I", 1), ("en", "needed", 2),
        ("de", "Haus", 1), ("de", "Lieferanten", 4), ("de", "Preisliste", 3), ("de", "Bäume", 2), ("de", "theater", 3),
        ("fr", "partenaires", 3), ("fr", "sécurité", 4), ("fr", "liste", 1), ("fr", "qui", 1), ("fr", "le", 1),
        ("es", "ciudad", 2), ("es", "país", 2), ("es", "queremos", 3), ("es", "aéreo", 4), ("es", "mayo", 2), ("es", "guía", 2),
        ("nl", "leverancier", 4), ("nl", "mooie", 2), ("nl", "prijslijst", 2), ("nl", "nieuw", 1), ("nl", "ijs", 1),
        ("pt", "parceiro", 3), ("pt", "ação", 2), ("pt", "saúde", 3), ("pt", "mais", 1), ("pt", "país", 2),
    ],
)  # fmt: skip
def test_syllables(language, word, syllables):
    assert SYLLABLES[language](word) == syllables


@pytest.mark.parametrize(
    ("text", "language", "passive"),
    [
        ("The price was changed.", "en", True),
        ("Prices were changed by us.", "en", False),
        ("The list was sent by Aurora Inc.", "en", False),
        ("The list is sent by the end of May.", "en", True),
        ("It will be changed by Friday.", "en", True),
        ("It has already been sent.", "en", True),
        ("We changed the price.", "en", False),
        ("We need it today.", "en", False),
        ("Der Preis wurde geändert.", "de", True),
        ("Die Preise wurden von uns geändert.", "de", False),
        ("Die Liste wird durch den Vertrieb verschickt.", "de", False),
        ("Sie wurde von Mai bis Juni geändert.", "de", True),
        ("Die Liste wird im Mai verschickt.", "de", True),
        ("Wir werden morgen kommen.", "de", False),
        ("Wir haben den Preis geändert.", "de", False),
    ],
)
def test_the_rule_of_thumb_for_the_passive(text, language, passive):
    assert is_passive(Sentence(text), language) == passive


def test_jargon_comes_from_the_list_with_what_is_better():
    found = remark("Jargon", "We leverage MDF.", jargon={"leverage": "use", "MDF": ""})
    assert found.examples == ("leverage → use", "MDF")
    assert remark("Jargon", "We use it.", jargon={"leverage": "use"}).is_good
    assert not remark("Jargon", "We leverage it.", jargon={}).is_checked


@pytest.mark.django_db
def test_a_country_adds_its_own_words_to_those_of_its_language():
    JargonWord.objects.all().delete()
    for language, word, instead in (("pt", "deadline", "prazo"), ("pt", "budget", ""), ("pt-br", "deadline", "data limite")):
        JargonWord.objects.create(language=language, word=word, instead=instead)
    assert jargon_of("pt") == {"deadline": "prazo", "budget": ""}
    assert jargon_of("pt-br") == {"deadline": "data limite", "budget": ""}
    assert jargon_of("en") == {}


def test_what_keeps_people_out_is_named():
    body = "![](plan.png)\n\n#### Deep\n\n[click here](https://x.example) or [https://x.example/y](https://x.example/y)"
    found = remark("For everybody", body + " and more.")
    assert not found.is_good
    assert len(found.examples) == 4
    assert remark("For everybody", "## Prices\n\n![The plan](plan.png) See [the prices](https://x.example).").is_good


@given(st.text(max_size=300), st.sampled_from(["en", "de", "fr", "es", "it", "nl", "pt", "pl"]))
def test_nothing_that_can_be_written_breaks_it(text, language):
    try:
        remarks = remarks_on(text, language, {"a.b": "c", "(": ""})
    except Invalid:
        return
    assert len({one.name for one in remarks}) == len(remarks)


@given(st.lists(st.sampled_from(["alpha", "beta", "alphabet", "MDF"])), st.sets(st.sampled_from(["alpha", "mdf", "beta"])))
def test_jargon_is_found_as_whole_words_only(words, listed):
    found = jargon_in(" ".join(words), dict.fromkeys(listed, ""))
    assert set(found) == {word for word in listed if word in [one.lower() for one in words]}


@given(st.text(alphabet="abc .!?", max_size=200))
def test_splitting_loses_no_word(text):
    words = re.findall(r"[a-c]+", text)
    assert [word for sentence in split_sentences(text) for word in sentence.words] == words


@pytest.mark.django_db
def test_the_composer_says_it_and_lets_it_pass(cast, client):
    JargonWord.objects.get_or_create(word="leverage", language="en", defaults={"instead": "use"})
    begun = draft(cast, body=f"{LONG} We leverage it. [click here](https://x.example)")
    client.force_login(cast.maria)
    page = client.get(reverse("admin:communications_announcement_change", args=[begun.public_id])).content.decode()
    for said in ("1 sentence has more than 25 words", "leverage → use", "does not say where it leads"):
        assert said in page
    announcements.submit_announcement(begun, by=cast.maria)
    assert begun.state == State.SUBMITTED
