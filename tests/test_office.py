"""Sheets, slides and tables in text are shown, searched and cited as their reader sees them in the program that made them."""

import zipfile
from datetime import date, datetime, time
from io import BytesIO

import openpyxl
import pytest

from activity.refusals import Invalid
from enablement.actions.previews import prepare_waiting
from enablement.reading.files import SHEETS, SLIDES, read_file
from enablement.reading.sheet_numbers import as_written, format_of
from enablement.rendering.previews import html_of
from tests.library_story import published

_SPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def price_list() -> bytes:
    book = openpyxl.Workbook()
    prices = book.active
    prices.title = "Prices"
    prices.append(["Product", "Price", "Cost", "From", "Discount", "In stock"])
    prices.append(["Harbour S", 1234.5, 700, date(2026, 12, 18), 0.15, True])
    prices.append(["Harbour <M>", 0.1 + 0.2, 0.1, datetime(2027, 1, 1, 9, 30), 0.075, False])
    for row in (2, 3):
        prices.cell(row, 2).number_format = '#,##0.00 "€"'
        prices.cell(row, 5).number_format = "0.0%"
    prices.append(["Harbour L", 9, 4, None, None, None])
    prices.row_dimensions[4].hidden = True
    prices.column_dimensions["C"].hidden = True
    margins = book.create_sheet("Margins", 0)
    margins.append(["margin of 60 percent"])
    margins.sheet_state = "hidden"
    book.create_sheet("Terms").append(["Thirty days"])
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def deck() -> bytes:
    """Its slides are not in the order of their files, and one is hidden."""
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        named = "".join(f'<p:sldId id="{256 + n}" r:id="r{n}"/>' for n in (2, 3, 1))
        archive.writestr("ppt/presentation.xml", f"<p:presentation {_SPACES}><p:sldIdLst>{named}</p:sldIdLst></p:presentation>")
        links = "".join(f'<Relationship Id="r{n}" Target="slides/slide{n}.xml"/>' for n in (1, 2, 3))
        archive.writestr("ppt/_rels/presentation.xml.rels", f"<Relationships>{links}</Relationships>")
        for number, words, more in ((1, "Thank you", ""), (2, "Why backups fail", ""), (3, "Our margins", ' show="0"')):
            shape = f"<p:sp><p:txBody><a:p><a:r><a:t>{words}</a:t></a:r></a:p></p:txBody></p:sp>"
            archive.writestr(f"ppt/slides/slide{number}.xml", f"<p:sld {_SPACES}{more}><p:cSld>{shape}</p:cSld></p:sld>")
    return kept.getvalue()


def test_a_sheet_is_a_table_as_its_author_shows_it():
    shown = html_of(price_list(), SHEETS)
    assert shown.startswith("<h3>Prices</h3><table><thead><tr><th>Product</th><th>Price</th><th>From</th>")
    assert "<td>Harbour S</td><td>1234.50 €</td><td>2026-12-18</td><td>15.0 %</td><td>TRUE</td>" in shown
    assert "<td>Harbour &lt;M&gt;</td><td>0.30 €</td><td>2027-01-01 09:30</td><td>7.5 %</td><td>FALSE</td>" in shown
    assert shown.endswith("<h3>Terms</h3><table><thead><tr><th>Thirty days</th></tr></thead><tbody></tbody></table>")
    for hidden in ("margin", "Harbour L", "Cost", "700"):
        assert hidden not in shown


def test_search_and_assistant_read_what_is_shown_of_a_sheet():
    passages = read_file(price_list(), SHEETS).passages
    assert "From: 2026-12-18" in passages[0].text
    assert [each.heading for each in passages] == ["Prices", "Prices", "Terms"]
    assert not any("margin" in each.text or "700" in each.text for each in passages)


def test_slides_stand_in_the_order_in_which_they_are_shown():
    assert [(each.text, each.page) for each in read_file(deck(), SLIDES).passages] == [("Why backups fail", 1), ("Thank you", 3)]


@pytest.mark.parametrize("ending", ["xlsx", "pptx"])
@pytest.mark.django_db
@pytest.mark.usefixtures("media")
def test_one_that_cannot_be_read_has_no_preview_and_stays_to_be_downloaded(cast, client, ending):
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for part in {"xlsx": ["xl/workbook.xml"], "pptx": ["ppt/presentation.xml", "ppt/_rels/presentation.xml.rels"]}[ending]:
            archive.writestr(part, "<broken")
    made = published(cast, content=kept.getvalue(), name=f"guide.{ending}")
    prepare_waiting()
    client.force_login(cast.nora.user)
    page = client.get(f"/library/{made.public_id}/").content.decode()
    assert "There is no preview of this file." in page
    with pytest.raises(Invalid, match="cannot be read"):
        read_file(kept.getvalue(), made.current.media_type)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Part;Price\nPump;12,50\n", "<th>Part</th><th>Price</th></tr></thead><tbody><tr><td>Pump</td><td>12,50</td>"),
        ('"Part, new",Price\nPump,12.50\n', "<th>Part, new</th><th>Price</th></tr></thead><tbody><tr><td>Pump</td><td>12.50</td>"),
        ("Part\tPrice\nPump\t12\n", "<th>Part</th><th>Price</th></tr></thead><tbody><tr><td>Pump</td><td>12</td>"),
    ],
)
def test_a_table_in_text_is_cut_where_its_program_cut_it(text, shown):
    assert shown in html_of(text.encode(), "text/csv")


def test_each_row_of_a_table_in_text_is_a_paragraph():
    passages = read_file("Part;Price;Größe\nPump;12,50;\n\nValve;3,00;2\n".encode(), "text/csv").passages
    assert [each.text for each in passages] == ["Part: Pump; Price: 12,50", "Part: Valve; Price: 3,00; Größe: 2"]


@pytest.mark.parametrize(
    ("said", "number", "code", "shown"),
    [
        ("46374", "14", "", "2026-12-18"), ("46374.25", "22", "", "2026-12-18 06:00"), ("0.75", "20", "", "18:00"),
        ("46374", "164", "[$-407]d. mmmm yyyy;@", "2026-12-18"), ("0.5", "9", "", "50 %"), ("3", "0", "General", "3"),
        ("0.30000000000000004", "0", "", "0.3"), ("1234.5", "165", '[$$-409]#,##0.00;[Red]-[$$-409]#,##0.00', "$ 1234.50"),
        ("-7", "1", "", "-7"), ("12", "166", '0" pcs"', "12 pcs"), ("text", "0", "@", "text"), ("NaN", "2", "", "NaN"),
        ("99999999999", "14", "", "99999999999"), ("1E400", "2", "", "1E400"), ("12", "167", '"days "0', "days 12"),
    ],
)  # fmt: skip
def test_a_number_says_what_its_format_makes_of_it(said, number, code, shown):
    assert as_written(said, format_of(number, code)) == shown


def test_a_sheet_of_an_old_mac_counts_its_days_from_1904():
    assert as_written("44912", format_of("14", ""), from_1904=True) == "2026-12-18"
    assert time(18).isoformat("minutes") == as_written("0.75", format_of("20", ""), from_1904=True)
