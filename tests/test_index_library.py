"""A folder of documents becomes a part of the library with one command: found at once, and taken again without doubles."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

from enablement.models import Resource, ResourceState
from search.queries.finding import find_passages
from tests import factories

pytestmark = pytest.mark.usefixtures("media")

PRICES = """# Prices and discounts

Introductory words about prices.

## Discounts

| Tier | Discount |
|------|----------|
| Gold | 22 percent |
| Silver | 12 percent |

A registered deal keeps its discount for ninety days.
"""
RETURNS = """<!doctype html><html lang="en"><head><title>Returns · Vendor</title><style>p {color: red}</style></head><body>
<nav><a href="/">Home</a></nav><h1>Returning hardware</h1><p>Faulty controllers are returned within thirty days.</p>
<script>document.write("injected words")</script><p hidden>unseen words</p>
<ul><li>Write the number on the box.</li></ul></body></html>"""


@pytest.fixture
def folder(tmp_path) -> Path:
    """As a vendor has them: folders in folders, of three types."""
    root = tmp_path / "docs"
    (root / "guides").mkdir(parents=True)
    (root / "guides" / "prices.md").write_text(PRICES)
    (root / "returns.html").write_text(RETURNS)
    style = getSampleStyleSheet()
    words = "The warranty of a pump covers five years, counted from the day on which it was put into operation at the customer."
    story = [Paragraph("Warranty", style["Title"]), Paragraph("Pumps", style["Heading1"]), Paragraph(words, style["BodyText"])]
    SimpleDocTemplate(str(root / "warranty.pdf")).build(story)
    return root


def take(folder: Path, programme: str = "vendor", capsys=None) -> str:
    call_command("index_library", str(folder), programme=programme)
    return capsys.readouterr().out if capsys else ""


def test_a_partner_finds_by_meaning_what_a_folder_held(cast, folder, capsys):
    said = take(folder, capsys=capsys)

    assert "guides/prices.md: “Prices and discounts”, 4 paragraphs" in said
    assert "3 new, 0 changed, 0 unchanged, 0 refused" in said
    rows = {row.source: row for row in Resource.objects.all()}
    assert set(rows) == {"guides/prices.md", "returns.html", "warranty.pdf"}
    assert all(row.state == ResourceState.PUBLISHED and row.segment is None and row.language == "en" for row in rows.values())
    passage = find_passages(cast.sven.user, "How much discount does a gold partner get?")[0]
    assert (passage.document.file_name, passage.number, passage.heading) == ("prices.md", 2, "Discounts")
    assert passage.text == "Tier: Gold; Discount: 22 percent"
    passage = find_passages(cast.nora.user, "How long is the guarantee for pumps?")[0]
    assert (passage.document.file_name, passage.number) == ("warranty.pdf", 1)
    html = [row[1] for row in rows["returns.html"].current.passages]
    assert html == ["Faulty controllers are returned within thirty days.", "- Write the number on the box."]


def test_a_changed_file_is_a_new_version_and_an_unchanged_one_is_left_alone(cast, folder, capsys):
    take(folder)
    (folder / "guides" / "prices.md").write_text(PRICES.replace("22 percent", "31 percent"))

    said = take(folder, capsys=capsys)

    assert "guides/prices.md: version 2 of “Prices and discounts”" in said
    assert "0 new, 1 changed, 2 unchanged, 0 refused" in said
    assert Resource.objects.count() == 3
    texts = [passage.text for passage in find_passages(cast.nora.user, "discount of gold partners")]
    assert "Tier: Gold; Discount: 31 percent" in texts
    assert not any("22 percent" in text for text in texts)


def test_links_out_of_the_folder_and_files_that_lie_are_refused_with_a_reason(cast, folder, tmp_path, capsys):
    (tmp_path / "secret.md").write_text("The password of the safe.")
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "hidden.md").write_text("Salaries.")
    (folder / "out.md").symlink_to(tmp_path / "secret.md")
    (folder / "up.md").symlink_to("../secret.md")
    (folder / "elsewhere").symlink_to(tmp_path / "others")
    (folder / "loop.md").symlink_to(folder / "loop.md")
    (folder / "twice.md").symlink_to(folder / "returns.html")
    (folder / "program.pdf").write_bytes(b"MZ\x90\x00 a program")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing after it")
    (folder / "empty.md").write_text(" \n")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "binary.md").write_bytes(b"\x00\x01\x02")
    (folder / ".hidden.md").write_text("Nobody's document.")

    said = take(folder, capsys=capsys)

    refused = {line.split(": ")[1] for line in said.splitlines() if line.startswith("refused: ")}
    assert refused == {
        "out.md",
        "up.md",
        "elsewhere",
        "loop.md",
        "twice.md",
        "program.pdf",
        "broken.pdf",
        "empty.md",
        "picture.png",
        "binary.md",
    }
    assert "refused: out.md: It is a link that leads out of the folder." in said
    assert Resource.objects.count() == 3
    assert not Resource.objects.filter(current__passages__icontains="password").exists()


def test_what_a_file_says_of_itself_holds(cast, folder, capsys):
    (folder / "old.md").write_text("---\ntitle: Old prices\nexpires: 2020-01-31\n---\nGold partners got 5 percent.\n")
    (folder / "gone.md").write_text("---\nstatus: retired\n---\n# Former rules\n\nGold partners got 6 percent.\n")
    (folder / "later.md").write_text(
        "---\nexpires: 2099-01-31\nsummary: What comes.\n---\n# Next year\n\nGold partners get 40 percent.\n"
    )
    (folder / "due.md").write_text("---\nreview: 2020-01-31\n---\n# Due\n\nGold partners get 8 percent.\n")
    (folder / "odd.md").write_text("---\nexpires: soon\n---\n# Odd\n\nGold partners get 7 percent.\n")

    said = take(folder, capsys=capsys)

    assert "old.md: “Old prices”, 1 paragraph; nobody finds it, since it has expired" in said
    assert "due.md: “Due”, 1 paragraph; the assistant quotes it after its review, which is overdue" in said
    assert "refused: odd.md: It says “expires: soon”, which is no date." in said
    texts = " ".join(passage.text for passage in find_passages(cast.nora.user, "How many percent do gold partners get?", limit=20))
    assert "40 percent" in texts
    assert not any(f"{n} percent" in texts for n in (5, 6, 7, 8))
    assert Resource.objects.get(source="later.md").summary == "What comes."


def test_another_programme_finds_nothing_of_it(cast, folder):
    other = factories.make_programme("suppliers", name="Suppliers of the carmaker")
    partner = factories.make_partner("Elbe Stahl", programme=other)
    stranger = factories.make_contact(partner, "Ida Kern", "ida@elbe.example", login=True)

    take(folder, "Suppliers of the carmaker")

    assert find_passages(stranger.user, "discount for gold")
    assert not find_passages(cast.nora.user, "discount for gold")


def test_nothing_taken_is_a_failure_and_names_what_there_is(cast, tmp_path):
    (tmp_path / "a.md").write_text("")
    with pytest.raises(CommandError, match="Nothing could be taken"):
        take(tmp_path)
    with pytest.raises(CommandError, match="There is no programme “nope”. Known are: vendor"):
        take(tmp_path, "nope")
    with pytest.raises(CommandError, match="There is no folder"):
        take(tmp_path / "absent")
    assert not Resource.objects.exists()
