"""One announcement from a template to what replaces it: kinds, languages, clarity, remarks, approval, review and an old address."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from communications.actions.announcements import change_announcement, return_announcement, submit_announcement
from communications.models import Announcement, ApprovalPolicy, ContentTemplate, State
from partners.models import Contact
from tests import announcement_story, factories
from tests.browser import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_from_a_template_to_what_came_after_it(cast, visit, sink):
    Contact.objects.filter(pk=cast.nora.pk).update(language="de")
    everyone = factories.make_segment("Everyone")
    maria = visit(cast.maria)
    _write(maria.open(reverse("admin:communications_announcement_add")), everyone)
    begun = Announcement.objects.get()
    assert (begun.state, begun.details["severity"], begun.translations["de"]["details"]) == (
        State.SUBMITTED, "high", {"affected": "Aurora 2.8", "fixed_in": "Aurora 2.8.4"},
    )  # fmt: skip

    _remark(visit(cast.arthur).open(_version_of(begun)))
    page = maria.open(_version_of(begun))
    page.get_by_text("Answer", exact=True).first.click()
    page.get_by_label("Your answer").fill("Ten minutes.")
    page.get_by_role("button", name="Answer").click()
    page.get_by_role("button", name="It is settled").click()
    page.get_by_text("settled by Maria Lund").wait_for()

    page = visit(cast.arthur).open(reverse("admin:communications_announcement_page", args=[begun.public_id]))
    page.get_by_role("button", name="Approve version 1").click()
    page.get_by_role("button", name=re.compile("Send to 3 people now")).click()
    page.wait_for_url(re.compile("/report/"))
    announcement_story.work_off()

    nora = visit(cast.nora.user, width="phone")
    page = nora.open(reverse("communications:announcement", args=[begun.public_id]))
    page.get_by_role("heading", name="Sicherheit: Aurora 2.8.4 installieren").wait_for()
    page.get_by_text("hoch", exact=True).wait_for()
    page.locator(".prose .callout.warning").wait_for()
    assert page.get_by_text("Install 2.8.4").count() == 0

    newer = announcement_story.send(announcement_story.draft(cast, "Aurora 2.9 closes it for good", segment=everyone), cast)
    Announcement.objects.filter(pk=begun.pk).update(review_on=timezone.localdate())
    page = maria.open(reverse("admin:communications_announcement_freshness"))
    assert Axe().run(page).response["violations"] == []
    page.get_by_text("Replaced by …").first.click()
    page.get_by_label("What replaces it").first.select_option(label=str(newer))
    page.get_by_role("button", name="Retire it, and lead to this one").first.click()
    page.get_by_text("its old address leads to").wait_for()

    page = nora.open(reverse("communications:announcement", args=[begun.public_id]))
    page.get_by_role("heading", name="This was replaced").wait_for()
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("link", name=str(newer)).click()
    page.get_by_role("heading", name=str(newer)).wait_for()
    assert [text for text in (*maria.complaints, *nora.complaints) if "410" not in text] == []


@pytest.mark.parametrize(("width", "theme"), [("wide", "dark"), ("phone", "light")])
def test_what_changed_is_seen_and_a_stand_in_approves_it(cast, visit, width, theme):
    legal, deputies = (Group.objects.create(name=name) for name in ("Legal", "Deputies"))
    cast.arthur.groups.add(deputies)
    ApprovalPolicy.objects.create(kind="policy", from_people=0, group=legal, deadline_hours=48, stand_ins=deputies)
    begun = announcement_story.draft(cast, "New rules", kind="policy", body="You have ten days.")
    submit_announcement(begun, by=cast.maria)
    return_announcement(begun, by=cast.arthur, reason="Ten days are too short.")
    change_announcement(begun, by=cast.maria, body="You have thirty days.")
    maria, arthur = (visit(user, width=width, theme=theme) for user in (cast.maria, cast.arthur))
    address = reverse("admin:communications_announcement_page", args=[begun.public_id])

    page = maria.open(address)
    page.get_by_role("button", name="Submit version 2 for approval").click()
    page.get_by_text("The approval policy wants another person to approve it.").wait_for()
    assert page.get_by_role("button", name="Approve version 2").count() == 0

    page = arthur.open(_version_of(begun, 2))
    page.locator("del", has_text="ten").wait_for()
    page.locator("ins", has_text="thirty").wait_for()
    look(page, f"difference-{width}-{theme}")
    page = arthur.open(address)
    page.get_by_text("To be approved by").first.wait_for()
    assert page.get_by_role("button", name="Approve version 2").count() == 0, "so far it is for others"
    begun.versions.filter(number=2).update(approve_by=timezone.now())
    page.reload()
    page.get_by_text("Stand-ins may approve it now").wait_for()
    look(page, f"stand-in-{width}-{theme}")
    page.get_by_role("button", name="Approve version 2").click()
    page.get_by_text("Version 2 is approved.").wait_for()
    assert maria.complaints + arthur.complaints == []


def _write(page, segment) -> None:
    """Maria begins with a template, sees what its kind asks for, adds German, and mends what is remarked."""
    template = ContentTemplate.objects.get(kind="event", programme=None)
    page.get_by_text("Begin with a template").click()
    page.get_by_role("link", name=template.name, exact=True).click()
    page.get_by_label("Takes place on *").wait_for()
    page.locator("#id_kind").select_option("security_advisory")
    page.get_by_label("Severity *").select_option("high")
    page.get_by_label("What is affected *").fill("Aurora 2.8")
    page.get_by_label("Solved by").fill("Aurora 2.8.4")
    page.get_by_label("Act by *").fill("2030-05-01")
    page.get_by_label("Title", exact=True).fill("Security: install Aurora 2.8.4")
    page.locator("#id_call_to_action").fill("Engineers: install it at every customer")
    page.get_by_label("Text", exact=True).fill(
        "::: warning\nUntil then, leverage no links.\n:::\n\nInstall 2.8.4 at every customer. [click here](https://vendor.example/notes)"
    )
    page.locator("#id_segment").select_option(str(segment.pk))
    page.locator("#checks").get_by_text("1 word that partners may not know.").wait_for()
    page.locator("#checks").get_by_text("1 thing keeps people from reading it.").wait_for()
    page.frame_locator(".co-frame:not(.is-waiting)").locator(".callout.warning").wait_for()

    page.get_by_text("Languages", exact=True).click()
    page.locator("#id_add_tongue").select_option("de")
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("#id_tr_de_title").fill("Sicherheit: Aurora 2.8.4 installieren")
    page.locator("#id_tr_de_call_to_action").fill("Technik: bei jedem Kunden installieren")
    page.locator("#id_tr_de_body").fill(
        "::: warning\nBis dahin keine Links verwenden.\n:::\n\n[Die Notizen](https://vendor.example/de)"
    )
    page.locator("#id_tr_de_detail_affected").fill("Aurora 2.8")
    page.get_by_role("button", name="Submit version 1 for approval").click()
    page.get_by_text("does not say “Solved by”").first.wait_for()  # it is saved, and says what is missing

    page.locator(".co-tongue summary").click()
    page.locator("#id_tr_de_detail_fixed_in").fill("Aurora 2.8.4")
    page.get_by_role("button", name="Submit version 1 for approval").click()
    page.get_by_text("Version 1 waits for approval").wait_for()


def _remark(page) -> None:
    page.get_by_label("The passage (optional)").fill("Install 2.8.4 at every customer.")
    page.get_by_label("Your remark").fill("How long does it take?")
    page.get_by_role("button", name="Remark", exact=True).click()
    page.get_by_text("How long does it take?").wait_for()


def _version_of(begun, number: int = 1) -> str:
    return reverse("admin:communications_announcement_version", args=[begun.public_id, number])
