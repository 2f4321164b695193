"""Prices, dates, percentages and versions are read from texts, whichever way their language writes them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communications.consistency.reading import figures_in
from communications.consistency.subjects import is_about, skeleton_of, words_about
from communications.consistency.texts import place_of, said_in, said_in_line
from communications.consistency.values import Value, ValueKind, plain_number
from communications.rendering.compiling import compile_text
from communications.rendering.merge_fields import MergeValues
from communications.rendering.statement_marks import in_markdown, keys_in, with_values_in_markdown

LANGUAGES = st.sampled_from(["en", "en-gb", "en-us", "de", "de-at", "de-ch", "fr", "es"])
AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False, allow_infinity=False)
PRICES = st.builds(
    lambda n, code: Value(ValueKind.PRICE, plain_number(n), code), AMOUNTS, st.sampled_from(["EUR", "USD", "GBP", "CHF"])
)
PERCENTAGES = st.builds(lambda n: Value(ValueKind.PERCENTAGE, plain_number(n)), AMOUNTS.filter(lambda n: n < 1000))
DATES = st.builds(
    lambda day: Value(ValueKind.DATE, day.isoformat()), st.dates(min_value=date(1990, 1, 1), max_value=date(2199, 1, 1))
)
VERSIONS = st.builds(
    lambda numbers: Value(ValueKind.VERSION, ".".join(map(str, numbers))), st.lists(st.integers(0, 99), min_size=2, max_size=4)
)
AROUND = st.sampled_from(["It is {}.", "{} from now on", "({})", "Preis: {}, und mehr", "**{}**", "« {} »"])


def read(text: str, language: str = "en") -> list[tuple[str, str, str]]:
    return [(figure.value.kind, figure.value.text, figure.value.currency) for figure in figures_in(text, language)]


@given(value=st.one_of(PRICES, PERCENTAGES, DATES), language=LANGUAGES, around=AROUND)
def test_what_is_said_in_a_language_is_read_as_the_same_value(value, language, around):
    text = around.format(value.said(language))
    assert [figure.value for figure in figures_in(text, language)] == [value]
    figure = figures_in(text, language)[0]
    assert text[figure.start : figure.end] == value.said(language)


@given(value=VERSIONS, language=LANGUAGES, word=st.sampled_from(["version ", "Version ", "v", "V", "release "]))
def test_a_version_is_read_with_its_word(value, language, word):
    assert [figure.value for figure in figures_in(f"Now in {word}{value.said(language)}", language)] == [value]


@given(text=st.text(max_size=200), language=LANGUAGES)
def test_no_text_breaks_it_and_figures_never_overlap(text, language):
    found = figures_in(text, language)
    assert all(0 <= figure.start < figure.end <= len(text) for figure in found)
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "It costs €1,234.50, or 45 EUR", [("price", "1234.50", "EUR"), ("price", "45", "EUR")]),
        ("de", "Es kostet 1.234,50 € oder 45 Euro", [("price", "1234.50", "EUR"), ("price", "45", "EUR")]),
        ("fr", "Il coûte 1 234,50 €", [("price", "1234.50", "EUR")]),
        ("es", "Cuesta 1.234,50 €", [("price", "1234.50", "EUR")]),
        ("de-ch", "CHF 1’234.50", [("price", "1234.50", "CHF")]),
        ("en", "1,234 USD is not 1.234 USD", [("price", "1234", "USD"), ("price", "1.234", "USD")]),
        ("de", "12,5 % und 3 Prozent", [("percentage", "12.50", ""), ("percentage", "3", "")]),
        ("en", "May 1st, 2030; 2 June 2030; 2030-07-03", [("date", f"2030-0{n}-0{n - 4}", "") for n in (5, 6, 7)]),
        ("de", "am 1. Mai 2030 und am 2.6.2030", [("date", "2030-05-01", ""), ("date", "2030-06-02", "")]),
        ("fr", "le 1er mai 2030, le 02/06/2030", [("date", "2030-05-01", ""), ("date", "2030-06-02", "")]),
        ("es", "el 1 de mayo de 2030", [("date", "2030-05-01", "")]),
        ("en-us", "05/01/2030", [("date", "2030-05-01", "")]),
        ("en", "Harbour 4.2 follows v4.1.9", [("version", "4.2", ""), ("version", "4.1.9", "")]),
    ],
)
def test_each_language_has_its_ways(language, text, found):
    assert read(text, language) == found


@pytest.mark.parametrize(
    "text",
    [
        "01/02/2030",
        "$2 million",
        "2 Mio. €",
        "10 percentage points",
        "192.168.1.1",
        "31 February 2030",
        "It takes 2.5 hours",
        "call 0800 123",
    ],
)
def test_what_can_be_read_in_two_ways_is_read_in_none(text):
    assert read(text) == []


def test_sentences_tell_what_they_are_about():
    english = words_about("The list prices of Harbour are # from # on")
    assert english == {"list", "price", "harbour"}
    assert [is_about(english, phrase) for phrase in ("Harbour list price", "Harbour margin", "the")] == [True, False, False]
    assert skeleton_of("Harbour costs # a user.") == skeleton_of("harbour  costs # a user")
    assert skeleton_of("Harbour costs # per 100 users") != skeleton_of("Harbour costs # per 10 users")


def test_what_is_struck_out_or_was_is_not_said():
    body = "Now 49 €, ~~45 €~~ before.\n\n::: facts\nDiscount: 10 % → 12 %\n:::\n\nSee [40 € here](https://x.example/41€) https://x.example/v7.2"
    assert [said.value.text for said in said_in(body, "en", {}, "Prices")] == ["49", "12", "40"]


def test_a_row_is_read_with_the_title_above_it():
    row = "::: facts\nPrice for each user: 45 €\n:::"
    first, second = (said_in(row, "en", {}, title)[0] for title in ("Harbour news", "Gate news"))
    assert "harbour" in first.words
    assert first.skeleton != second.skeleton
    assert said_in_line("Price for each user: 45 €", "en", {}, "Harbour news")[0].skeleton


def test_a_statement_that_is_put_in_is_known_by_its_key():
    price = Value(ValueKind.PRICE, "45", "EUR")
    said = said_in("It is {{ statement.list-price }}, not 50 €.", "de", {"list-price": price})
    assert [(one.key, one.value.text, one.is_alone) for one in said] == [("list-price", "45", False), ("", "50", False)]
    assert said[0].sentence == "It is 45\xa0€, not 50 €."


def test_the_place_of_a_figure_leaves_out_addresses_and_code():
    body = "[45 €](https://x.example/45 €) `45 €` and 45 € or 145 €"
    assert [place_of(body, "45 €", n) for n in range(3)] == [1, body.index("and 45") + 4, None]


@given(value=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30))
def test_a_value_is_text_wherever_it_is_put_in(value):
    nobody = MergeValues("", "", "", "", "")
    told = compile_text(with_values_in_markdown("{{ statement.x }} is it", {"x": value}), "en")
    plain = told.as_plain(nobody, link=str, file=str).strip()
    assert " ".join(plain.split()) == f"{value} is it"
    html = told.as_html(nobody, link=str, file=str)
    assert html.count("<") == 2, html


def test_a_date_at_the_beginning_of_a_line_begins_no_list():
    put_in = with_values_in_markdown("{{ statement.start }} geht es los", {"start": "5. Mai 2030"})
    html = compile_text(put_in, "de").as_html(MergeValues("", "", "", "", ""), link=str, file=str)
    assert html == "<p>5. Mai 2030 geht es los</p>\n"
    assert in_markdown(put_in) == "5\\. Mai 2030 geht es los"
    assert keys_in(["{{statement.a}} {{ statement.b_c-1 }} {{ contact.name }}"]) == {"a", "b_c-1"}


def test_whole_amounts_are_written_whole():
    assert [plain_number(Decimal(text)) for text in ("45.00", "45.5", "0", "1E+3", "0.125")] == [
        "45",
        "45.50",
        "0",
        "1000",
        "0.125",
    ]
