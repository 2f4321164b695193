"""A drill from the protocol to the report: written and approved, started with one word, acknowledged on a page and by the link in
the mail, escalated, updated, cleared, and looked at afterwards."""

import os
import re
from pathlib import Path

import pytest
from django.urls import reverse

from communications.actions.crisis_calls import send_calls
from communications.actions.crisis_ladder import climb_ladders
from communications.models import Crisis, CrisisProtocol
from partners.models import Enrolment
from tests import crisis_story as story
from tests.announcement_story import work_off

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
FOLDER = os.environ.get("SCREENSHOTS", "")


@pytest.mark.parametrize(("width", "theme"), [("wide", "light"), ("phone", "dark")])
def test_a_drill_from_the_protocol_to_the_report(cast, sink, visit, width, theme):
    Enrolment.objects.update(manager=cast.maria)
    protocol = story.write(cast)
    maria, arthur = visit(cast.maria, width=width, theme=theme), visit(cast.arthur, width=width, theme=theme)
    nora, mail = visit(cast.nora.user, width=width, theme=theme), visit(width=width, theme=theme)
    suffix = f"{width}-{theme}"

    address = reverse("admin:communications_crisisprotocol_page", args=[protocol.public_id])
    page = maria.open(reverse("admin:communications_crisisprotocol_change", args=[protocol.pk]))
    _look(page, f"protocol-form-{suffix}")
    page = maria.open(address)
    page.get_by_role("button", name="Submit for approval").click()
    page.get_by_text("waits for approval").first.wait_for()
    page = arthur.open(address)
    page.get_by_role("button", name="Approve version 1").click()
    page.get_by_text("Your approval is noted").wait_for()
    _look(page, f"protocol-{suffix}")

    page = maria.open(reverse("admin:communications_crisis_changelist"))
    _look(page, f"crises-empty-{suffix}")
    page.get_by_role("link", name="Drill Security breach").click()
    page.get_by_text("3 people at 2 organisations will be called.").wait_for()
    _look(page, f"start-{suffix}")
    page.get_by_label("To start it, type").fill("real")
    page.get_by_role("button", name="Start the drill with 3 people").click()
    page.get_by_text("Nothing was sent").wait_for()
    assert not Crisis.objects.exists()
    page.get_by_label("To start it, type").fill("drill")
    page.get_by_role("button", name="Start the drill with 3 people").click()
    page.get_by_text("0 of 3 have acknowledged").wait_for()
    work_off()

    page = nora.open(reverse("portal:people"))
    page.get_by_text("[DRILL] Break-in at our servers").wait_for()
    _look(page, f"notice-{suffix}")
    page.get_by_role("button", name="Acknowledge").click()
    page.get_by_text("It is on record for Alpenglow").wait_for()
    assert page.locator(".crisis-notice").count() == 0

    text = sink.to("sven@baltic.example").get_body(("plain",)).get_content()
    link = re.search(r"/t/k/\S+", text).group()
    page = mail.open(link)
    page.get_by_text("This is a drill.").wait_for()
    _look(page, f"by-mail-{suffix}")
    page.get_by_role("button", name="Acknowledge").click()
    page.get_by_role("heading", name="You have acknowledged").wait_for()

    page = maria.page  # the board renews itself
    page.get_by_text("2 of 3 have acknowledged").wait_for()
    crisis = story.let_pass(Crisis.objects.get(), 31)
    assert climb_ladders() == 1
    assert send_calls() == 2
    work_off()
    page.get_by_text("1 late").wait_for()
    page.get_by_text("1 of 3 were missing, 1 alarmed").wait_for()
    page.get_by_role("button", name="I am on it").click()
    page.get_by_text("on it since").wait_for()
    _look(page, f"board-{suffix}")
    assert len(story.mails_to(sink, "ben@alpenglow.example")) == 2

    page.locator(".cr-figures").get_by_role("link", name="1", exact=True).click()
    page.get_by_text("Ben Ott").wait_for()
    _look(page, f"people-{suffix}")
    page.get_by_role("button", name="Has acknowledged by phone").click()
    page.get_by_text("Noted for Ben Ott").wait_for()

    page = maria.open(reverse("admin:communications_crisis_board", args=[crisis.public_id]))
    page.get_by_text("3 of 3 have acknowledged.").wait_for()
    page.get_by_role("link", name="Give an update").click()
    _look(page, f"update-{suffix}")
    page.get_by_role("button", name="Send the update to 3 people").click()
    page.get_by_text("It is on its way").wait_for()
    work_off()
    page.get_by_role("link", name="Give the all-clear").click()
    page.get_by_role("button", name="Give the all-clear to 3 people").click()
    page.get_by_text("All clear after").wait_for()
    work_off()
    assert [message["Subject"] for message in story.mails_to(sink, "nora@alpenglow.example")][1:] == [
        "[DRILL] How it stands", "[DRILL] It is over",
    ]  # fmt: skip

    page.get_by_role("link", name="Report", exact=True).click()
    page.get_by_text("noted by a manager").wait_for()
    page.get_by_text("Rung 1 of the ladder").wait_for()
    _look(page, f"report-{suffix}")
    page = maria.open(reverse("admin:communications_crisis_changelist"))
    page.get_by_role("row", name=re.compile("Drills")).get_by_role("link", name="1").click()
    page.get_by_role("link", name="Security breach").first.wait_for()
    _look(page, f"crises-{suffix}")
    assert CrisisProtocol.objects.get().is_ready
    heard = maria.complaints + arthur.complaints + nora.complaints + mail.complaints
    assert [text for text in heard if "422" not in text] == []  # the start that was refused above


@pytest.mark.parametrize("scripts", [False])
def test_the_board_is_read_without_a_script(cast, visit, scripts):
    crisis = story.start(cast)
    page = visit(cast.maria, scripts=scripts).open(reverse("admin:communications_crisis_board", args=[crisis.public_id]))
    page.get_by_text("0 of 3 have acknowledged").wait_for()
    assert page.locator("noscript meta[http-equiv=refresh]").count() + page.locator("meta[http-equiv=refresh]").count()


def _look(page, name: str) -> None:
    if FOLDER:
        Path(FOLDER).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(FOLDER) / f"{name}.png", full_page=True)
