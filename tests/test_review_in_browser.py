"""The review queue by keyboard alone, in a real browser, and the ledger's pages at both widths and in both themes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils.timezone import localdate

from context.actions.data_points import create_data_point
from context.actions.facts import record_fact
from context.models import Verdict
from tests import factories
from tests.browser import px_too_wide

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
REVIEW = "/admin/context/fact/review/"
HEAD = "document.activeElement.closest('.le-item')?.querySelector('h2 a')?.textContent"
# The theme's own small buttons are not ours to resize.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


@pytest.fixture
def claims(cast) -> list:
    create_data_point(by=cast.maria, key="staff", label="Staff", type="number", unit="people")
    cirrus = factories.make_partner("Cirrus AS", programme=cast.programme)
    return [record_fact(one, "staff", 12, source="call", method="interview") for one in (cast.alpenglow, cast.baltic, cirrus)]


def test_maria_works_off_the_queue_without_a_mouse(cast, claims, visit):
    maria = visit(cast.maria)
    page = maria.open(REVIEW)
    assert page.evaluate(HEAD) == "Cirrus AS"
    page.keyboard.press("n")
    assert page.evaluate(HEAD) == "Baltic Cloud OÜ"
    page.keyboard.press("p")
    page.keyboard.press("v")
    page.locator("[data-settled]").wait_for()
    page.wait_for_function(f"({HEAD}) === 'Baltic Cloud OÜ'")

    page.keyboard.press("d")
    page.keyboard.type("they moved")
    page.keyboard.press("Enter")
    page.wait_for_function(f"({HEAD}) === 'Alpenglow GmbH'")

    assert list(Verdict.objects.order_by("pk").values_list("kind", "comment")) == [("verified", ""), ("disputed", "they moved")]
    assert maria.complaints == []


@pytest.mark.parametrize(("width", "theme"), [("phone", "dark"), ("wide", "light")])
def test_the_pages_are_accessible_and_fit(cast, claims, visit, width, theme):
    maria = visit(cast.maria, width=width, theme=theme)
    partner, point = cast.alpenglow.public_id, claims[0].data_point.public_id
    pages = [
        REVIEW,
        reverse("admin:context_ledger_entry", args=["fact", claims[0].public_id]),
        reverse("admin:context_fact_record", args=[partner]) + "?data_point=staff",
        reverse("admin:context_partner_as_of", args=[partner]) + "?on=2025-01-01&ask=true_at",
        reverse("admin:context_partner_differences", args=[partner]) + f"?since=2025-01-01&until={localdate()}&ask=known_at",
        reverse("admin:partners_partner_split", args=[partner]),
        reverse("admin:partners_partner_overview", args=[partner]) + "?tab=timeline",
        reverse("admin:context_datapoint_page", args=[point]),
        reverse("admin:context_datapoint_partners", args=[point, "claimed"]),
    ]
    for path in pages:
        page = maria.open(path)
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], path
        assert px_too_wide(page) <= 0, path
    assert maria.complaints == []
