"""Words with merge fields become a page and a mail; no value can become markup, no author can become a script."""

from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from activity.refusals import Invalid
from communications.rendering import MERGE_FIELDS, MergeValues, check_merge_fields, compile_text
from communications.rendering.compiling import markdown_as_html

VALUES = MergeValues("Nora <b>Berg</b>", "nora@x.example", "P & Q", "DE", "Vendor", tier="Gold", manager_name="Maria")


def html(body: str, values: MergeValues = VALUES) -> str:
    return compile_text(body).as_html(values, link=lambda n: f"/l/{n}", file=lambda name: f"/f/{name}")


def plain(body: str, values: MergeValues = VALUES) -> str:
    return compile_text(body).as_plain(values, link=lambda n: f"https://h/l/{n}", file=lambda name: f"https://h/f/{name}")


class Seen(HTMLParser):
    """What a browser would make of it."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.addresses = set(), set(), set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.addresses |= {value or "" for name, value in attrs if name in ("href", "src")}


def test_values_are_escaped_where_they_are_put_in():
    assert html("Hello {{ contact.name }} of {{partner.name}}") == "<p>Hello Nora &lt;b&gt;Berg&lt;/b&gt; of P &amp; Q</p>\n"
    assert plain("Hello {{ contact.name }}") == "Hello Nora <b>Berg</b>\n"


def test_links_and_files_become_holes():
    body = "[a](https://x.example/?p=1&q=2) [b](https://y.example) [a again](https://x.example/?p=1&q=2) [plan](plan.pdf)"
    assert compile_text(body).links == ("https://x.example/?p=1&q=2", "https://y.example")
    assert compile_text(body).files == {"plan.pdf"}
    assert html(body).count('href="/l/0"') == 2


@pytest.mark.parametrize(
    "body", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "<svg/onload=alert(1)>"]
)
def test_markup_of_the_author_stays_text(body):
    rendered = html(body)
    assert "<script" not in rendered
    assert "<svg" not in rendered
    assert "onerror" not in rendered or "&lt;img" in rendered
    assert 'href="javascript' not in rendered


def test_the_text_part_is_written():
    lists = "- **first** with a [link](https://x.example)\n- second\n\n1. one\n2. two"
    body = f"# News\n\nTwo things:\n\n{lists}\n\n> wise words\n\n| A | B |\n|---|---|\n| 1 | 2 |"
    assert plain(body) == (
        "News\n====\n\nTwo things:\n\n- first with a link <https://h/l/0>\n- second\n\n1. one\n2. two\n\n"
        "> wise words\n\nA | B\n1 | 2\n"
    )


@pytest.mark.parametrize(
    "name", ["contact.password", "contact.__class__", "settings.SECRET_KEY", "contact.user.password", "", "7*7"]
)
def test_only_listed_fields_exist(name):
    with pytest.raises(Invalid, match="There is no merge field"):
        check_merge_fields(f"Dear {{{{ {name} }}}}", field="body")


@given(st.text(max_size=300))
def test_any_text_compiles_or_is_refused(body):
    try:
        check_merge_fields(body, field="body")
        rendered = html(body)
    except Invalid:
        return
    assert "\ue000" not in rendered
    assert "<script" not in rendered


@given(st.text(max_size=80))
def test_no_value_becomes_markup(name):
    rendered = html("{{ contact.name }}", MergeValues(name, "", "", "", ""))
    assert rendered.count("<") == 2  # the paragraph's own


def test_each_field_takes_a_value():
    for field, value in MERGE_FIELDS.items():
        assert isinstance(value(VALUES), str), field


@given(st.text(max_size=200))
@example("# Head\n<script>alert(1)</script>")
@example("[here](javascript:alert(1)) ![x](https://evil.example/x.png)")
def test_a_text_for_nobody_in_particular_runs_nothing_and_is_never_refused(text):
    seen = Seen()
    seen.feed(markdown_as_html(text))
    assert not seen.tags & {"script", "img", "h1", "h2", "iframe", "style"}
    assert not [name for name in seen.attributes if name.startswith("on")]
    assert all(address.startswith(("http://", "https://", "mailto:")) for address in seen.addresses)


def test_an_agenda_keeps_its_lines_and_its_headings_stand_below_the_page():
    html = markdown_as_html("# Quality\nSven\nNora\n\n* One\n* Two, see [the plan](https://hub.example/plan)")
    assert "<h3>Quality</h3>" in html
    assert "Sven<br>" in html
    assert html.count("<li>") == 2
    assert 'href="https://hub.example/plan" rel="noopener noreferrer"' in html
