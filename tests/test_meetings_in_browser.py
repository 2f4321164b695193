"""The supplier meeting from its plan to its follow-up, in a real browser: Maria hosts it, Nora answers, the file says who came."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from collaboration.actions.meeting_mails import send_meeting_mails
from collaboration.models import Invitee, Meeting
from communications.models import Announcement
from tests import factories
from tests.browser import px_too_wide
from tests.meeting_story import begun, invited, plan_supplier_meeting, plan_webinar, seat, write_minutes
from tests.test_meeting_attendance import ZOOM

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def test_a_supplier_meeting_from_plan_to_follow_up(cast, visit, sink):
    segment = factories.make_segment("All suppliers")
    maria, nora = visit(cast.maria), visit(cast.nora.user, width="phone")
    page = maria.open(reverse("admin:collaboration_meeting_changelist"))
    plan_supplier_meeting(page, segment)
    page.get_by_text("each can be moved or called off by itself").wait_for()
    page.get_by_role("button", name="Invite All suppliers").click()
    page.get_by_text("3 people are invited; the mails are on their way.").wait_for()
    assert send_meeting_mails() == 3

    theirs = nora.open("/")
    theirs.get_by_role("link", name="Say whether you come to “Quarterly supplier meeting”").click()
    theirs.get_by_label("A word to the host").fill("With two colleagues")
    theirs.get_by_role("button", name="Yes").click()
    theirs.get_by_text("See you there.").wait_for()

    meeting = begun(Meeting.objects.get(state="invited"))
    page.reload()
    page.get_by_role("cell", name="With two colleagues").wait_for()
    page.get_by_role("link", name="Attendance from a file").click()
    page.get_by_label("List of participants").set_input_files({"name": "zoom.csv", "mimeType": "text/csv", "buffer": ZOOM})
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("heading", name="Strangers (2)").wait_for()
    assert not Invitee.objects.filter(attended=True).exists()
    page.get_by_role("button", name="Note that these 4 were there").click()
    page.get_by_text("2 people were there; 2 strangers are listed.").wait_for()

    page.get_by_text("Close it: it ended early").click()
    page.get_by_text("1 person was not seen there and will have missed it.").wait_for()
    page.get_by_role("button", name="Close it", exact=True).click()
    page.get_by_text("Of 3 invited 2 were there and 1 missed it.").wait_for()
    write_minutes(page)

    theirs = nora.open(reverse("collaboration:meetings"))
    theirs.get_by_role("link", name="Quarterly supplier meeting").click()
    theirs.get_by_text("Prices stay until June").wait_for()
    theirs.get_by_text("Name a trainer").wait_for()

    page.get_by_role("button", name="Write to the 1 who missed it").click()
    page.get_by_text("A draft is begun, for those it is about.").wait_for()
    assert Announcement.objects.get().segment.name.startswith("Missed “Quarterly supplier meeting”")
    assert meeting.invitees.filter(attended=True).count() == 2
    assert maria.complaints == []
    assert nora.complaints == []


def test_of_two_who_register_for_the_one_place_the_second_moves_up(cast, visit, sink):
    factories.make_segment("All suppliers")
    maria, nora, ben = visit(cast.maria), visit(cast.nora.user), visit(cast.ben.user, width="phone")
    page = maria.open(reverse("admin:collaboration_meeting_plan"))
    plan_webinar(page, "Roadmap webinar", "All suppliers", places=1)
    page.get_by_role("button", name="Invite All suppliers").click()
    page.get_by_text("3 people are invited; the mails are on their way.").wait_for()

    for window, said in ((nora, "See you there."), (ben, "All places are taken. You are on the waiting list")):
        theirs = window.open("/")
        theirs.get_by_role("link", name="Say whether you come to “Roadmap webinar”").click()
        theirs.get_by_role("button", name="Register").click()
        theirs.get_by_text(said).wait_for()
    webinar = Meeting.objects.get()
    nora.page.get_by_role("button", name="No", exact=True).click()
    nora.page.get_by_text("The host knows that you cannot come.").wait_for()

    send_meeting_mails()
    subjects = [mail["Subject"] for address, mail in sink.mails if address == cast.ben.email]
    assert subjects == ["Invitation: Roadmap webinar", "You have a place: Roadmap webinar"]
    ben.open(reverse("collaboration:meeting", args=[webinar.public_id])).get_by_text("registered", exact=True).wait_for()
    page.reload()
    page.get_by_role("row", name=re.compile("Ben Ott.*accepted")).wait_for()
    page.get_by_role("row", name=re.compile("Nora Berg.*declined")).wait_for()
    assert (maria.complaints, nora.complaints, ben.complaints) == ([], [], [])


@pytest.mark.parametrize(("width", "theme"), [("phone", "dark"), ("wide", "light")])
def test_the_pages_are_accessible_and_fit(cast, visit, width, theme):
    meeting = begun(invited(cast))
    ahead = invited(cast, "Roadmap webinar", capacity=2, needs_registration=True)
    maria, nora = visit(cast.maria, width=width, theme=theme), visit(cast.nora.user, width=width, theme=theme)
    own = [reverse(f"admin:collaboration_meeting_{name}", args=[meeting.public_id]) for name in ("page", "attendance")]
    own += [reverse("admin:collaboration_meeting_plan"), reverse("admin:collaboration_meeting_edit", args=[ahead.public_id])]
    theirs = [reverse("collaboration:meetings"), *(reverse("collaboration:meeting", args=[m.public_id]) for m in (meeting, ahead))]
    for window, paths in ((maria, own), (nora, theirs)):
        for path in paths:
            page = window.open(path)
            found = Axe().run(page, options=RULES).response["violations"]
            assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], path
            assert px_too_wide(page) <= 0, path
        assert window.complaints == []
    assert seat(ahead, cast.nora).answer == ""
