"""Blocks in a text: drawn in mail and portal, written out in the plain part, refused with a sentence where they are not whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activity.refusals import Invalid
from communications.rendering import MergeValues, compile_text
from communications.rendering.blocks import CALLOUTS, NAMES

NORA = MergeValues("Nora Berg", "nora@alpenglow.example", "Alpenglow", "DE", "Vendor")


def html_of(body: str, language: str = "en") -> str:
    return compile_text(body, language).as_html(NORA, link=lambda number: f"/{number}", file=str)


def plain_of(body: str, language: str = "en") -> str:
    return compile_text(body, language).as_plain(NORA, link=lambda number: f"/{number}", file=str)


@pytest.mark.parametrize("name", CALLOUTS)
def test_a_callout_holds_markdown(name):
    html = html_of(f"Before.\n\n::: {name}\nMind **this**, {{{{ contact.name }}}}:\n\n- one\n:::\n\nAfter.")
    assert f'<blockquote class="callout {name}">' in html
    assert "<strong>this</strong>, Nora Berg" in html
    assert html.index("</blockquote>") < html.index("After.")


def test_facts_say_from_what_to_what():
    html = html_of("::: facts\nDiscount: 10 % → 12 %\nCurrency: EUR\n:::")
    assert "<th>Discount</th>" in html
    assert '<td class="was">10 %</td>' in html
    assert "<td>→ 12 %</td>" in html
    assert '<td colspan="2">EUR</td>' in html
    assert plain_of("::: facts\nDiscount: 10 % -> 12 %\n:::") == "Discount | 10 % | → 12 %\n"


def test_dates_are_written_as_the_language_writes_them():
    body = "::: dates\n2030-05-01: Orders close\n:::"
    assert "1 May 2030" in html_of(body)
    assert "1. Mai 2030" in html_of(body, "de")
    assert plain_of(body, "de") == "1. Mai 2030 | Orders close\n"


def test_a_button_is_a_tracked_link():
    compiled = compile_text("::: button\n[Register](https://x.example/)\n:::")
    assert compiled.links == ("https://x.example/",)
    html = html_of("::: button\n[Register](https://x.example/)\n:::")
    assert '<a href="/0" class="button"' in html
    assert plain_of("::: button\n[Register](https://x.example/)\n:::") == "Register </0>\n"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("::: banner\nx\n:::", "There is no block “banner”"),
        ("::: note\nnever ended", "has no end"),
        ("::: dates\n1.5.2030: Orders close\n:::", "is no date"),
        ("::: facts\nno colon\n:::", "is no line of such a block"),
        ("::: button\nRegister\n:::", "A button is one link"),
        ("::: button\n[Register](ftp://x.example)\n:::", "leads nowhere"),
    ],
)
def test_a_block_that_is_not_whole_is_refused(body, says):
    with pytest.raises(Invalid, match=says):
        compile_text(body)


def test_a_class_cannot_be_smuggled_in():
    assert "<p class" not in html_of('<p class="button">x</p>')


LINES = [*(f"::: {name}" for name in NAMES), ":::", "a: b", "- x", "    y", "> q", "[x](https://x.example)", ""]


@given(st.lists(st.sampled_from(LINES), max_size=12))
def test_any_lines_are_drawn_whole_or_refused(lines):
    try:
        html = html_of("\n".join(lines))
    except Invalid:
        return
    for tag in ("blockquote", "table", "tr", "ul"):
        assert html.count(f"<{tag}") == html.count(f"</{tag}>")
