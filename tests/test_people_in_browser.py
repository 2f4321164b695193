"""Alpenglow's side, run by Nora: Ida asks to join and is let in, is made an admin, Ben is reminded, and leaves with a hand-over."""

import pytest
from django.urls import reverse

from activity.actions.tasks import create_task
from activity.models import Task
from communications.actions.reading_reminders import send_reading_reminders
from partners.actions.colleague_requests import work_off_colleague_requests
from partners.models import Contact
from tests import portal_story
from tests.browser import look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
IDA = "ida@alpenglow.example"


@pytest.mark.parametrize(("width", "theme"), [("wide", "light"), ("phone", "dark")])
def test_from_asking_to_join_to_a_clean_hand_over(cast, sink, visit, width, theme):
    portal_story.announce(cast, "New price list", cast.nora, cast.ben, requires_acknowledgement=True)
    create_task("Name a trainer", by=cast.maria, partner_id=cast.alpenglow.pk, owner=cast.ben.user, is_shared=True)
    nora, ida = visit(cast.nora.user, width=width, theme=theme), visit(width=width, theme=theme)
    ben = visit(cast.ben.user, width=width, theme=theme)
    suffix = f"{width}-{theme}"

    page = ida.open(reverse("account_login"))
    page.get_by_role("link", name="Or ask to join your organisation.").click()
    page.get_by_label("Your address at work").wait_for()
    look(page, f"ask-{suffix}")
    page.get_by_label("Your name").fill("Ida Falk")
    page.get_by_label("Your address at work").fill(IDA)
    page.get_by_role("button", name="Ask to join").click()
    page.get_by_role("heading", name="Look into your mailbox").wait_for()
    look(page, f"asked-{suffix}")
    assert work_off_colleague_requests() == 1
    page = ida.open(sink.link(IDA, "/join/"))
    look(page, f"confirm-{suffix}")
    page.get_by_role("button", name="It is my address").click()
    page.get_by_role("heading", name="Your address is confirmed").wait_for()

    page = nora.open(reverse("portal:people"))
    look(page, f"people-{suffix}")
    page.get_by_role("link", name="Ida Falk").click()
    page.get_by_role("button", name="Accept and invite").wait_for()
    look(page, f"request-{suffix}")
    page.get_by_label("Technical").check()
    page.get_by_role("button", name="Accept and invite").click()
    page.get_by_text("Ida Falk is invited.").wait_for()
    page = ida.open(sink.link(IDA, "/invitations/"))
    page.get_by_role("button", name="Join the portal").click()
    page.get_by_text("Welcome.").wait_for()

    page = nora.open(reverse("portal:people"))
    page.get_by_role("link", name="Ida Falk").click()
    page.get_by_label("Portal admin").wait_for()
    look(page, f"colleague-{suffix}")
    page.get_by_label("Portal admin").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Kept: Ida Falk.").wait_for()

    page = nora.open(reverse("portal:reading"))
    look(page, f"reading-{suffix}")
    page.get_by_role("button", name="Remind Ben Ott").click()
    page.get_by_text("Ben Ott is reminded by mail").wait_for()
    assert send_reading_reminders() == 1

    ben.open(reverse("portal:people")).get_by_text("Nora Berg").first.wait_for()
    page = ida.open(reverse("portal:leave", args=[cast.ben.public_id]))
    page.get_by_text("Name a trainer").wait_for()
    look(page, f"leave-{suffix}")
    page.get_by_label("Who takes it over").select_option(label="Nora Berg")
    page.get_by_role("button", name="Hand over and end their access").click()
    page.get_by_text("Ben Ott has no access any more").wait_for()
    ben.open(reverse("portal:people")).get_by_role("heading", name="Sign in").wait_for()
    assert (Task.objects.get().owner, Contact.objects.get(email=IDA).is_partner_admin) == (cast.nora.user, True)
    assert nora.complaints == ida.complaints == []
