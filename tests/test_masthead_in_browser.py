"""The head of each page on a phone: whoever speaks for two organisations has more in it, and it still fits."""

import pytest

from tests import factories
from tests.browser import px_too_wide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.mark.parametrize("brand", ["Vendor", "The Worldwide Vendor Partner Alliance"])
def test_two_organisations_with_long_names_fit_on_a_phone(cast, visit, brand):
    cast.programme.brand = brand
    cast.programme.save()
    second = factories.make_partner("Alpenglow Industrial Consulting Services Holding GmbH", programme=cast.programme)
    factories.make_contact(second, "Nora Berg", "nora@alpenglow.example", user=cast.nora.user)
    page = visit(cast.nora.user, width="phone").open("/")

    assert px_too_wide(page) <= 0
    switcher, own = page.locator(".masthead .menu").nth(0), page.locator(".masthead .person-menu")
    assert switcher.bounding_box()["width"] > 60
    box = own.bounding_box()
    assert box["x"] + box["width"] <= 390
    switcher.locator("summary").click()
    page.get_by_role("button", name=second.name).wait_for()
