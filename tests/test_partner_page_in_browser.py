"""A manager's page of a partner in a real browser: each tab at both widths and in both themes, and its proofs by keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from context.actions.facts import record_fact
from context.actions.notes import write_note
from context.models import Fact
from partners.panels import TABS
from tests import portal_story
from tests.browser import px_too_wide
from tests.test_review_in_browser import RULES

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def known(cast, media) -> None:
    portal_story.tell(cast)
    cast.alpenglow.performance.update(region=cast.alpenglow.regions.first().region, activity="sells")
    record_fact(cast.alpenglow, "strengths", "service", source="a call", method="interview")
    write_note(
        cast.alpenglow, by=cast.maria, kind="call", happened_at=timezone.now(), text="They want dates.", is_shared=True,
        contacts=[cast.nora], files=[],
    )  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", ["phone", "wide"])
def test_the_tabs_are_accessible_and_fit(cast, known, visit, width, theme):
    maria = visit(cast.maria, width=width, theme=theme)
    overview = reverse("admin:partners_partner_overview", args=[cast.alpenglow.public_id])
    as_of = reverse("admin:context_partner_as_of", args=[cast.alpenglow.public_id])
    note, site = cast.alpenglow.notes.get(), cast.alpenglow.sites.get()
    own = [f"{as_of}?on={timezone.localdate()}&ask=true_at", reverse("admin:context_note_change", args=[note.pk]),
           reverse("admin:context_note_changelist"), reverse("admin:partners_site_change", args=[site.pk])]  # fmt: skip
    for path in [*(f"{overview}?tab={tab}" for tab in TABS), *own]:
        page = maria.open(path)
        page.evaluate("document.querySelectorAll('.ph-partner details').forEach((one) => (one.open = true))")
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], path
        assert px_too_wide(page) <= 0, path
    assert maria.complaints == []


def test_a_value_tells_its_proof_by_keyboard_without_scripts(cast, known, visit):
    """Scripts are off, so what opens is the browser's own."""
    page = visit(cast.ben.user, scripts=False).open("/organisation/")
    proof = page.locator("details.known", has_text="service").first
    proof.locator("summary").focus()
    page.keyboard.press("Enter")
    assert "a call, told in an interview" in proof.inner_text()
    assert "a claim; nobody has verified it yet" in proof.inner_text()


def test_a_value_is_looked_at_and_decided_where_it_stands(cast, known, visit):
    """The whole entry of the ledger comes once the value is opened."""
    page = visit(cast.maria).open(reverse("admin:partners_partner_overview", args=[cast.alpenglow.public_id]))
    value = page.locator("details.known", has_text="service").first
    value.locator("summary").focus()
    page.keyboard.press("Enter")
    value.get_by_role("button", name="Verify").wait_for()
    assert "a call" in value.inner_text()
    assert [each["id"] for each in Axe().run(page, options=RULES).response["violations"]] == []
    assert px_too_wide(page) <= 0
    value.get_by_role("button", name="Verify").click()
    value.get_by_text("Look again").wait_for()
    assert Fact.objects.get(data_point__key="strengths").verdicts.get().kind == "verified"
