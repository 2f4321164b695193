"""Nora asks in a forum, Sven answers from his phone, Maria moderates and keeps what helped; all of it in a real browser."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from communications.actions.discussion_mails import mail_followers
from communications.models import Discussion, Follow, Post
from tests import portal_story
from tests.browser import px_too_wide

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def test_from_a_forum_to_a_kept_answer(cast, visit, sink):
    maria, nora, sven = visit(cast.maria), visit(cast.nora.user), visit(cast.sven.user, width="phone", theme="dark")
    page = maria.open(reverse("admin:communications_forum_add"))
    page.locator("#id_title").fill("From practice")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("From practice").first.wait_for()

    theirs = nora.open(reverse("communications:conversations"))
    theirs.get_by_role("link", name="Discussions", exact=True).click()
    theirs.get_by_role("link", name="From practice").click()
    theirs.get_by_label("What it is about").fill("Storage for thirty users")
    theirs.get_by_label("Your post").fill("How much do you plan?")
    theirs.get_by_text("Other organisations see neither your name").wait_for()
    theirs.get_by_role("button", name="Post to the forum").click()
    theirs.get_by_role("heading", name="Storage for thirty users").wait_for()

    his = sven.open(reverse("communications:discussions"))
    his.get_by_role("link", name="Storage for thirty users").click()
    his.get_by_text("Partner 1").wait_for()
    assert "Nora" not in his.content()
    his.get_by_label("Your post").fill("Two terabytes.")
    his.get_by_role("button", name="Post", exact=True).click()
    his.get_by_text("Your post is there.").wait_for()
    assert px_too_wide(his) <= 0

    Post.objects.update(at=timezone.now() - timedelta(hours=1))
    Follow.objects.update(told_at=timezone.now() - timedelta(hours=2))
    assert mail_followers() == 2
    assert "Partner 2: Two terabytes." in sink.to("nora@alpenglow.example").get_body(("plain",)).get_content()

    address = reverse("communications:discussion", args=[Discussion.objects.get().public_id])
    theirs = nora.open(address)
    theirs.get_by_role("button", name="This helped").click()
    theirs.get_by_text("this helped").first.wait_for()
    theirs.get_by_label("Tell me by mail").select_option("digest")
    theirs.get_by_role("button", name="Save").click()
    theirs.get_by_text("You are told of what is new here").wait_for()
    theirs.get_by_role("link", name="Report").click()
    theirs.get_by_label("Why").fill("Only an example.")
    theirs.get_by_role("button", name="Report it").click()
    theirs.get_by_text("Thank you. We look at it.").wait_for()
    _is_accessible(theirs, his)

    page = maria.open("/admin/")
    page.get_by_text("1 discussion has a reported post").click()
    page.get_by_role("link", name="Storage for thirty users").click()
    page.get_by_text("Reported by Nora Berg").wait_for()
    page.get_by_role("button", name="Leave it").click()
    page.get_by_label("Your post").fill("That is what we see, too.")
    page.get_by_role("button", name="Post", exact=True).click()
    page.get_by_role("link", name="Keep the answer").click()
    page.get_by_label("Question").fill("How much storage do thirty users need?")
    _is_accessible(page)
    page.get_by_role("button", name="Keep it").click()
    page.get_by_text("Kept. Partners find it among the answers.").wait_for()

    his = sven.open(reverse("communications:known_answers"))
    his.get_by_label("Search questions and answers").fill("terabytes")
    his.get_by_role("button", name="Search").click()
    his.get_by_role("link", name="How much storage do thirty users need?").click()
    his.get_by_text("Two terabytes.").wait_for()
    assert not maria.complaints + nora.complaints + sven.complaints


def test_a_question_is_published_for_everybody_who_got_it(cast, visit):
    announcement = portal_story.announce(cast, "Aurora 3 is here", cast.nora, cast.sven)
    maria, nora, sven = visit(cast.maria), visit(cast.nora.user), visit(cast.sven.user)
    address = reverse("communications:announcement", args=[announcement.public_id])
    theirs = nora.open(address)
    theirs.get_by_label("Your question").fill("Does Alpenglow get the margin?")
    theirs.get_by_role("button", name="Ask").click()
    theirs.get_by_text("Your question is on its way").wait_for()
    page = maria.open(reverse("admin:communications_question_changelist"))
    page.get_by_role("link", name="Does Alpenglow get the margin?").click()
    page.locator("#id_text").fill("You do.")
    page.get_by_role("button", name="Send the answer to Nora").click()
    page.get_by_role("link", name="Publish with its answer").click()
    page.get_by_label("Title").fill("Who gets the margin?")
    page.get_by_label("Question").fill("Do we get the margin?")
    page.get_by_label("Answer").fill("You all do.")
    page.get_by_role("button", name="Publish both").click()
    page.get_by_text("Everybody who got the announcement reads it now.").wait_for()
    his = sven.open(address)
    his.get_by_role("link", name="Who gets the margin?").click()
    his.get_by_text("You all do.").wait_for()
    assert "Alpenglow" not in his.locator("main").inner_text()
    assert not maria.complaints + nora.complaints + sven.complaints


def _is_accessible(*pages) -> None:
    for page in pages:
        found = Axe().run(page, options=RULES).response["violations"]
        assert not [(each["id"], each["nodes"][0]["html"]) for each in found]
