"""The places in the portal's bar: each app says its own, and the bar holds them at every width."""

import pytest
from django.urls import reverse

from activity import places
from activity.places import Place, places_for, register_place
from partners.models import Contact
from tests.browser import px_too_wide


@pytest.fixture
def registered(monkeypatch):
    monkeypatch.setattr(places, "_places", dict(places._places))


def test_an_app_adds_a_place_where_it_belongs(registered):
    register_place(Place("library", "Library", "book-open", "portal:people", order=30, key="l"))
    assert [place.name for place in places_for(None)][:3] == ["home", "news", "library"]


def test_a_place_is_only_shown_to_whom_it_is_for(registered):
    register_place(Place("boards", "Boards", "trophy", "portal:people", order=30, is_for=lambda contact: contact == "Nora"))
    assert "boards" in [place.name for place in places_for("Nora")]
    assert "boards" not in [place.name for place in places_for("Ben")]


def test_a_key_leads_to_one_place(registered):
    with pytest.raises(ValueError, match="leads to home already"):
        register_place(Place("help", "Help", "lifebuoy", "portal:people", order=30, key="h"))
    assert "help" not in [place.name for place in places_for(None)]


@pytest.mark.django_db
def test_the_bar_says_where_one_is_and_what_waits(client, cast):
    client.force_login(cast.nora.user)
    page = client.get(reverse("portal:people")).content.decode()
    assert '<a href="/people/" data-goes="p" aria-current="page">' in page
    assert '<a href="/" data-goes="h">' in page


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("width", [360, 390, 800, 1040, 1280])
def test_ten_places_fit_at_every_width_and_each_can_be_reached(cast, visit, registered, width, language):
    _add_what_others_bring()
    Contact.objects.filter(pk=cast.nora.pk).update(language=language)
    type(cast.nora.user).objects.filter(pk=cast.nora.user.pk).update(language=language)
    window = visit(cast.nora.user, scripts=False)
    window.page.set_viewport_size({"width": width, "height": 800})
    page = window.open("/")

    assert px_too_wide(page) <= 0
    in_bar = page.locator(".places > ul > li > a:visible").all()
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in (link.bounding_box() for link in in_bar))
    assert len(in_bar) == 4 if width < 768 else len(in_bar) >= 6
    found = {link.get_attribute("href") for link in in_bar}
    more = page.locator(".places .more summary")
    if more.is_visible():
        more.click()
        found |= {link.get_attribute("href") for link in page.locator(".places .menu-sheet a:visible").all()}
    assert len(found) == len(places_for(cast.nora))


def _add_what_others_bring() -> None:
    addresses = {"Bibliothek": "portal:tasks", "Lernen": "portal:profile", "Ideen": "portal:notes", "Assistent": "portal:sites"}
    for number, (label, address) in enumerate(addresses.items()):
        register_place(Place(label, label, "book-open", address, order=30 + number))
