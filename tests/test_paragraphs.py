"""How files are cut into the paragraphs that are found and cited: as a reader counts them."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

from activity.refusals import Invalid
from communications.rendering.paragraphs import paragraphs_of
from enablement.reading.files import SHEETS, SLIDES, read_file
from enablement.reading.html import read_html
from enablement.reading.passages import Reading
from enablement.reading.pdf import read_pdf
from enablement.reading.texts import as_text, language_of, read_markdown

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"


def cut(reading: Reading) -> list[tuple[str, str]]:
    return [(passage.heading, passage.text) for passage in reading.passages]


def test_markdown_keeps_headings_lists_and_rows():
    reading = read_markdown(
        "# Guide\n\nFirst,\nstill first.\n\n## Prices\n\n| Tier | Off |\n|--|--|\n| Gold | 22 |\n\n- one\n- two\n\n### Deep\n\n"
        "> said\n\n```\ncode  here\n```\n\n<!-- unseen --><script>bad()</script>\n\n## Last\n\n1. a\n2. b\n"
    )
    assert reading.title == "Guide"
    assert cut(reading) == [
        ("", "First, still first."), ("Prices", "Tier: Gold; Off: 22"), ("Prices", "- one\n- two"), ("Prices › Deep", "said"),
        ("Prices › Deep", "code  here"), ("Last", "1. a\n2. b"),
    ]  # fmt: skip


def test_a_table_of_an_announcement_is_read_as_one_of_the_library():
    """A row is a paragraph with the words of its head; each cell on a line of its own told nobody anything."""
    body = (
        "Dates:\n\n| What | When |\n|--|--|\n| Roadmap webinar | 3 May |\n|  | 5 May |\n\n- one\n- two\n\n"
        "| A | B |\n|--|--|\n| 1 | 2 |\n"
    )
    said = [paragraph.text for paragraph in paragraphs_of(body)]
    assert said == ["Dates:", "What: Roadmap webinar; When: 3 May", "5 May", "one\ntwo", "A: 1; B: 2"]
    assert said == [text.replace("- ", "") for _heading, text in cut(read_markdown(body))]


def test_a_long_list_is_a_paragraph_for_each_item():
    items = [f"Item {number} " + "word " * 40 for number in range(4)]
    assert [text for _heading, text in cut(read_markdown("\n".join(f"- {item}" for item in items)))] == [
        item.strip() for item in items
    ]


def test_html_as_it_is_shown():
    reading = read_html(
        "<html lang='de'><head><title>T</title><meta name='expires' content='2030-01-31'></head><body><nav>Menu</nav>"
        "<h1>Titel</h1><p>Eins<p>Zwei <b>fett</b><div style='display:none'>weg<p>auch</p></div><div aria-hidden='true'>weg</div>"
        "<dl><dt>Wort<dd>Sinn</dl><table><tr><th>K<th>V<tr><td>x<td>1</table><p hidden>weg<p>Drei"
    )
    assert (reading.title, reading.notes["language"], reading.notes["expires"]) == ("Titel", "de", "2030-01-31")
    assert [text for _heading, text in cut(reading)] == ["Eins", "Zwei fett", "Wort: Sinn", "K: x; V: 1", "Drei"]


def pages_of(*pages: list[str]) -> bytes:
    kept = BytesIO()
    canvas = Canvas(kept)
    for number, lines in enumerate(pages, start=1):
        canvas.drawString(72, 800, "Vendor · confidential")
        for place, line in enumerate(lines):
            canvas.drawString(72, 740 - 14 * place, line)
        canvas.drawString(72, 30, f"Page {number} of {len(pages)}")
        canvas.showPage()
    canvas.save()
    return kept.getvalue()


def test_a_pdf_is_read_across_lines_and_pages_without_its_running_heads():
    reading = read_pdf(pages_of(
        ["The guarantee of a pump covers five years from the day of instal-", "lation, and it is extended by one year for whoever"],
        ["registers within thirty days of the installation."],
        ["Faults are reported to the service desk."],
    ))  # fmt: skip
    assert [passage.text for passage in reading.passages] == [
        "The guarantee of a pump covers five years from the day of installation, and it is extended by one year for whoever "
        "registers within thirty days of the installation.",
        "Faults are reported to the service desk.",
    ]  # fmt: skip
    assert [passage.page for passage in reading.passages] == [1, 3]


def test_a_pdf_has_its_headings_and_says_its_pages():
    kept, style = BytesIO(), getSampleStyleSheet()
    words = "A registration holds for ninety days, and can be extended once by another thirty days where the customer says so."
    SimpleDocTemplate(kept).build([
        Paragraph("Deals", style["Title"]), Paragraph("Registration", style["Heading2"]), Paragraph(words, style["BodyText"]),
        Paragraph(words, style["BodyText"]),
    ])  # fmt: skip
    reading = read_pdf(kept.getvalue())
    assert (reading.title, cut(reading)) == ("Deals", [("Registration", words)] * 2)


def test_sheets_and_slides_are_read_too():
    book, kept = Workbook(), BytesIO()
    book.active.title = "Prices"
    for row in (("Tier", "Off"), ("Gold", "22 %"), (None, None), ("Silver", 12)):
        book.active.append(row)
    book.save(kept)
    assert cut(read_file(kept.getvalue(), SHEETS)) == [("Prices", "Tier: Gold; Off: 22 %"), ("Prices", "Tier: Silver; Off: 12")]
    shape = "<p:sp><p:nvSpPr><p:nvPr>{place}</p:nvPr></p:nvSpPr><p:txBody>{lines}</p:txBody></p:sp>"
    line = "<a:p><a:r><a:t>{}</a:t></a:r></a:p>".format
    slide = (
        f'<p:sld xmlns:a="{A}" xmlns:p="{P}">' + shape.format(place="", lines=line("Call first.") + line("Then write."))
        + shape.format(place='<p:ph type="title"/>', lines=line("Selling")) + "</p:sld>"
    )  # fmt: skip
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("ppt/slides/slide1.xml", slide)
    reading = read_file(kept.getvalue(), SLIDES)
    assert [(row.heading, row.text, row.page) for row in reading.passages] == [("Selling", "Call first.\nThen write.", 1)]
    with zipfile.ZipFile(kept := BytesIO(), "w") as archive:
        archive.writestr("ppt/slides/slide1.xml", '<!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>')
    with pytest.raises(Invalid):
        read_file(kept.getvalue(), SLIDES)


def test_bytes_become_text_or_nothing():
    assert as_text("Größe".encode("utf-16")) == "Größe"
    assert as_text("Größe".encode("cp1252")) == "Größe"
    assert as_text(b"\x00\x01") is None
    assert language_of("Die Preise sind für das nächste Jahr und nicht für den Rest.") == "de"
    assert language_of("XJ-9") == ""


@given(st.text(max_size=400))
def test_no_html_brings_it_down_and_no_script_is_read(text):
    reading = read_html(f"<script>secret</script>{text}")
    assert all(passage.text.strip() for passage in reading.passages)
    assert not any("secret" in passage.text for passage in reading.passages)


@given(st.lists(st.text("abc ", max_size=30).map("x{}y".format), min_size=1, max_size=8))
def test_blocks_are_counted_as_a_reader_counts_them(blocks):
    wanted = [" ".join(block.split()) for block in blocks]
    assert [passage.text for passage in read_markdown("\n\n".join(blocks)).passages] == wanted
