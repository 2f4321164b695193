"""Nora writes to her manager, who answers; she is told by mail, answers that mail, and finds all of it in the portal."""

import os
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.urls import reverse

from communications.actions.conversation_mails import mail_waiting_messages
from communications.actions.mail_replies import take_reply
from communications.models import Conversation
from partners.models import Enrolment

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
FOLDER = os.environ.get("SCREENSHOTS", "")


@pytest.mark.parametrize(("width", "theme"), [("wide", "light"), ("phone", "dark")])
def test_a_conversation_from_the_first_word_on(cast, sink, visit, settings, width, theme):
    settings.REPLY_ADDRESS = "reply@mail.example"
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=cast.maria)
    nora, maria = visit(cast.nora.user, width=width, theme=theme), visit(cast.maria, width=width, theme=theme)

    page = nora.open(reverse("communications:conversations"))
    _look(page, f"messages-empty-{width}-{theme}")
    page.get_by_label("What it is about").fill("Price list")
    page.get_by_label("Your message").fill("When does the new price list come?")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Answer promised by").wait_for()
    _look(page, f"thread-{width}-{theme}")

    page = maria.open("/admin/")
    page.get_by_text("1 conversation waits for your answer").click()
    page.get_by_role("link", name="Price list").click()
    page.get_by_text("is promised an answer by").wait_for()
    _look(page, f"admin-thread-{width}-{theme}")
    page.get_by_label("Your message").fill("In May, in euros.")
    page.get_by_role("button", name="Send to Nora").click()
    page.get_by_text("Nobody waits for an answer.").wait_for()

    assert mail_waiting_messages() == 1
    page = nora.open("/")
    page.get_by_text("Maria Lund wrote to you").wait_for()
    told = sink.to("nora@alpenglow.example")
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Message-ID"] = "nora@alpenglow.example", told["Reply-To"], "<1@alpenglow.example>"
    quoted = "".join(f"> {line}\n" for line in told.get_body(("plain",)).get_content().splitlines())
    answer.set_content(f"Euros are fine.\n\nMaria Lund wrote:\n{quoted}\n-- \nNora Berg\n")
    assert take_reply(bytes(answer)).text == "Euros are fine."

    page = nora.open(reverse("communications:conversation", args=[Conversation.objects.get().public_id]))
    page.get_by_text("Euros are fine.").wait_for()
    _look(page, f"thread-answered-{width}-{theme}")
    _look(nora.open(reverse("communications:conversations")), f"messages-{width}-{theme}")

    page = maria.open(reverse("admin:communications_conversation_begin", args=[cast.ben.public_id]))
    _look(page, f"admin-begin-{width}-{theme}")
    _look(maria.open(reverse("admin:communications_conversation_changelist")), f"admin-list-{width}-{theme}")
    page = maria.open(reverse("admin:partners_partner_overview", args=[cast.alpenglow.public_id]) + "?tab=work")
    page.get_by_role("link", name="Price list").wait_for()
    _look(page, f"partner-{width}-{theme}")
    assert not nora.complaints + maria.complaints


def _look(page, name: str) -> None:
    if FOLDER:
        Path(FOLDER).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(FOLDER) / f"{name}.png", full_page=True)
