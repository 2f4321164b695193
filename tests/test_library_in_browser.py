"""A guide's way through the library, in a real browser: Maria puts it in, Ben takes it on his phone, a new version comes, and
whoever holds the old one is written to."""

from io import BytesIO

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from communications.models import Announcement
from communications.queries.audience import audience_of
from enablement.actions.collections import create_collection
from enablement.actions.previews import prepare_waiting
from enablement.models import Resource, ResourceDownload
from tests import library_story
from tests.browser import px_too_wide
from tests.library_story import pdf

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def file_named(name: str, content: bytes) -> dict:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def test_a_guide_from_upload_to_recall(cast, visit):
    create_collection(by=cast.maria, programme=cast.programme, title="Win against Harbourline")
    maria, ben = visit(cast.maria), visit(cast.ben.user, width="phone", theme="dark")
    theirs = ben.open(reverse("enablement:library"))
    theirs.get_by_role("heading", name="Nothing here yet").wait_for()

    page = maria.open(reverse("admin:enablement_resource_changelist"))
    page.get_by_role("link", name="Add a file").click()
    page.get_by_label("File", exact=True).set_input_files(file_named("guide.pdf", b"MZ a program"))
    page.get_by_role("button", name="Put it into the library").click()
    page.get_by_text("“guide.pdf” is not what its name says.").wait_for()
    assert not Resource.objects.exists()
    page.get_by_label("File", exact=True).set_input_files(file_named("guide.pdf", pdf("Plan 1 TB of storage.")))
    page.get_by_label("Title", exact=True).fill("Sizing guide")
    page.get_by_label("Summary").fill("How much storage a first cluster needs.")
    page.get_by_role("button", name="Put it into the library").click()
    page.get_by_text("“Sizing guide” is in the library.").wait_for()
    page.get_by_label("Win against Harbourline").check()
    page.get_by_role("button", name="Keep it in these").click()
    page.get_by_text("Kept.").wait_for()
    prepare_waiting()

    theirs = ben.open(reverse("enablement:library"))
    theirs.get_by_role("link", name="Win against Harbourline").click()
    theirs.get_by_role("link", name="Sizing guide").click()
    theirs.get_by_role("img", name="Page 1").wait_for()
    assert Axe().run(theirs, options=RULES).response["violations"] == []
    with theirs.expect_download() as download:
        theirs.get_by_role("link", name="Download PDF").click()
    assert download.value.suggested_filename == "guide.pdf"
    assert ResourceDownload.objects.get().contact == cast.ben

    page.get_by_text("New version").click()
    page.get_by_label("File", exact=True).set_input_files(file_named("guide.pdf", pdf("Plan 2 TB of storage.")))
    page.get_by_label("What changed").fill("Twice the storage.")
    page.get_by_role("button", name="This holds from now on").click()
    page.get_by_text("Version 2 is what people get from now on.").wait_for()
    assert Axe().run(page, options=RULES).response["violations"] == []
    page.get_by_role("button", name="Write to the 1 who holds an older version").click()
    page.get_by_text("A draft is begun, for exactly those who hold an older version.").wait_for()
    assert set(audience_of(Announcement.objects.get())) == {cast.ben}

    theirs.reload()
    theirs.locator(".notice").get_by_text("Twice the storage.").wait_for()
    page = maria.open(reverse("admin:enablement_resource_page", args=[Resource.objects.get().public_id]))
    page.get_by_text("Retire it").first.click()
    page.get_by_label("Why, in a sentence").fill("Replaced by the calculator")
    page.get_by_role("button", name="Retire it").click()
    page.get_by_text("It is retired: nobody finds it any more.").wait_for()
    theirs.reload()
    theirs.get_by_role("heading", name="This is no longer valid").wait_for()
    refused = ("status of 422", "status of 410")  # what was meant to be refused
    assert [said for said in [*maria.complaints, *ben.complaints] if not any(each in said for each in refused)] == []


def test_a_wide_sheet_scrolls_on_a_phone_also_by_keys(cast, visit):
    book, kept = openpyxl.Workbook(), BytesIO()
    for _row in range(3):
        book.active.append([f"Column {n} of many" for n in range(14)])
    book.save(kept)
    made = library_story.published(cast, "Prices", content=kept.getvalue(), name="prices.xlsx")
    prepare_waiting()
    page = visit(cast.ben.user, width="phone").open(reverse("enablement:resource", args=[made.public_id]))
    table = page.get_by_role("table")
    assert table.evaluate("table => table.scrollWidth > table.clientWidth")
    assert px_too_wide(page) <= 0
    table.focus()
    assert table.evaluate("table => document.activeElement === table")
    assert Axe().run(page, options=RULES).response["violations"] == []
