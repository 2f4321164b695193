"""Maria looks for who is mailed no more, and has one of them mailed again."""

import os
from pathlib import Path

import pytest
from django.urls import reverse

from communications.models import Suppression
from tests.test_suppressions import NORA, suppress

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
FOLDER = os.environ.get("SCREENSHOTS", "")


@pytest.mark.parametrize(("width", "theme"), [("wide", "light"), ("phone", "dark")])
def test_the_way_back(cast, visit, width, theme):
    suppress(NORA)
    suppress("info@baltic.example", source=Suppression.Source.COMPLAINT, reason="called our mail unwanted")
    suppress(
        "max@baltic.example", source=Suppression.Source.SOFT, reason="5 mails in a row came back within 11 days, the last one: full"
    )
    window = visit(cast.maria, width=width, theme=theme)
    page = window.open(reverse("admin:communications_suppression_changelist"))
    _look(page, f"suppressions-{width}-{theme}")
    page.locator("tr", has_text=NORA).locator("input.action-select").check()
    page.locator("select[name=action]").select_option("mail_again")
    page.locator("button[name=index]").click()
    page.get_by_role("heading", name="Mail this address again?").wait_for()
    _look(page, f"mail-again-{width}-{theme}")
    page.get_by_label("Why mail can go there again").fill("Nora called, it works")
    page.get_by_role("button", name="Mail again").click()
    page.get_by_text("1 address is mailed again.").wait_for()
    _look(page, f"mailed-again-{width}-{theme}")
    assert not Suppression.objects.filter(address=NORA).exists()
    assert Suppression.objects.count() == 2
    assert not window.complaints


@pytest.mark.parametrize(("width", "theme"), [("wide", "light"), ("phone", "dark")])
def test_it_is_seen_where_people_look(cast, visit, width, theme):
    suppress(NORA)
    maria, nora = visit(cast.maria, width=width, theme=theme), visit(cast.nora.user, width=width, theme=theme)
    page = maria.open(reverse("admin:partners_partner_overview", args=[cast.alpenglow.public_id]) + "?tab=communication")
    page.get_by_role("link", name=NORA).wait_for()
    _look(page, f"partner-{width}-{theme}")
    page = nora.open(reverse("communications:preferences"))
    page.get_by_text("Our mail to nora@alpenglow.example came back").wait_for()
    _look(page, f"preferences-{width}-{theme}")
    page = maria.open(reverse("admin:communications_suppression_change", args=[Suppression.objects.get().pk]))
    _look(page, f"one-{width}-{theme}")
    page = maria.open(reverse("admin:communications_suppression_add"))
    _look(page, f"add-{width}-{theme}")
    assert not maria.complaints + nora.complaints


def _look(page, name: str) -> None:
    if FOLDER:
        Path(FOLDER).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(FOLDER) / f"{name}.png", full_page=True)
