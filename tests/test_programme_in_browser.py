"""Maria goes from an objective to its effect: planned, written, approved, sent, asked about, answered, heard, met, followed up and
drilled; every step in the browser, and between them what beat and a worker do."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from collaboration.models import Meeting
from collaboration.tasks import send_mails
from communications import tasks
from communications.actions.crisis_ladder import climb_ladders
from communications.models import Announcement, Crisis, Objective, OpinionPolicy, OpinionSurvey
from partners.models import Enrolment
from tests import crisis_story, factories, journey_story, planning_story, statement_story
from tests.announcement_story import work_off
from tests.browser import look
from tests.meeting_story import begun, plan_supplier_meeting, write_minutes
from tests.planning_story import certify, in_days
from tests.talk_story import add_question, answer_first, tell_what_was_done, write_survey

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
CALENDAR = "/admin/communications/announcement/calendar/"


class Told:
    """Maria's window, Arthur's and Nora's; what each page looks like."""

    def __init__(self, cast, visit, width: str, theme: str):
        self.cast, self.suffix = cast, f"{width}-{theme}"
        self.maria, self.arthur = (visit(user, width=width, theme=theme) for user in (cast.maria, cast.arthur))
        self.nora = visit(cast.nora.user, width="phone", theme=theme)

    def seen(self, page, text: str | re.Pattern, name: str) -> None:
        page.get_by_text(text).first.wait_for()
        look(page, f"programme-{name}-{self.suffix}")


@pytest.fixture
def segment(cast):
    Enrolment.objects.update(manager=cast.maria)
    OpinionPolicy.objects.update_or_create(pk=1, defaults={"smallest_group": 3})
    planning_story.theme(cast)
    certify(cast, cast.baltic, on=in_days(-40))
    statement_story.list_price(cast)
    journey_story.by_journey(cast, "Your next exam")
    crisis_story.ready(cast)
    return factories.make_segment("Everyone to certify")


@pytest.mark.parametrize(("width", "theme"), [("wide", "light")])
def test_from_the_objective_to_the_effect(cast, visit, sink, segment, width, theme):
    told = Told(cast, visit, width, theme)
    _set_the_objective(told)
    _plan_the_month(told, segment)
    _draft_with_warnings(told, segment)
    _approve_and_send(told)
    _answer_a_question(told)
    _run_a_survey(told, segment)
    _hold_a_meeting(told, segment)
    _let_a_journey_follow_up(told, segment)
    _drill_a_crisis(told)
    page = told.maria.open(reverse("admin:communications_objective_page", args=[Objective.objects.get().public_id]))
    told.seen(page, re.compile("1 of 20"), "90-effect")
    assert told.maria.complaints + told.arthur.complaints + told.nora.complaints == []


def _set_the_objective(told) -> None:
    page = told.maria.open(reverse("admin:communications_objective_changelist"))
    told.seen(page, "An objective says what communication is for", "10-objectives")
    page.get_by_role("link", name=re.compile("Add objective")).first.click()
    told.seen(page, "Wanted outcome", "11-objective")
    planning_story.set_objective(page)
    told.seen(page, re.compile("0 of 20"), "12-objective")


def _plan_the_month(told, segment) -> None:
    """The first from the objective, the second from its day."""
    page = told.maria.page
    page.get_by_role("link", name="Write the first announcement").click()
    _say_what(page, segment, "Book your exam")
    page.locator("[name=planned_on]").fill(str(in_days(2)))
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("Saved.").wait_for()
    page = told.maria.open(f"{CALENDAR}?day={in_days(2)}")
    day = page.locator(f"[data-day='{in_days(2)}']")
    told.seen(page, "Book your exam", "20-month")
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found] == []
    day.hover()
    day.get_by_role("link", name=re.compile("^Write an announcement for")).click()
    assert page.locator("[name=planned_on]").input_value() == str(in_days(2))
    _say_what(page, segment, "Bring a colleague")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("Saved.").wait_for()
    page = told.maria.open(f"{CALENDAR}?day={in_days(2)}")
    told.seen(page, "same segment twice", "21-collision")
    page.locator(".ca-item", has_text="Bring a colleague").get_by_role("link", name=re.compile("^Move")).focus()
    with page.expect_navigation():
        page.keyboard.press("Alt+ArrowRight")
    told.seen(page, re.compile("is planned for"), "22-moved")
    assert Announcement.objects.get(title="Bring a colleague").planned_on == in_days(3)


def _say_what(page, segment, title: str) -> None:
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_label("Text", exact=True).fill("Dear {{ contact.name }}, book your exam.")
    page.locator("[name=segment]").select_option(str(segment.pk))
    page.locator("[name=detail_product]").fill("Aurora")
    page.locator("[name=detail_effective_on]").fill(str(in_days(30)))


def _draft_with_warnings(told, segment) -> None:
    statement_story.sent(told.cast, "Last year", body="The list price of Harbour is €40 for each user.", channels=["portal"])
    page = told.maria.open(CALENDAR + f"?day={in_days(2)}")
    page.get_by_role("link", name="Book your exam", exact=True).click()
    page.get_by_role("link", name="Go on writing").click()
    page.locator("[name=theme]").select_option(label="Run it safely")
    page.get_by_label("Text", exact=True).fill(
        "Dear {{ contact.name }}, leverage the season: the exam costs nothing. The list price of Harbour is €45 for each user.\n\n"
        "[click here](https://vendor.example/exam)"
    )
    page.locator("#checks").get_by_text("1 word that partners may not know.").wait_for()
    page.get_by_role("heading", name="Contradicts what is out").wait_for()
    told.seen(page, "The list price of Harbour is €40 for each user.", "30-warnings")
    page.get_by_label("Text", exact=True).fill(
        "Dear {{ contact.name }}, the exam costs nothing this season.\n\n[Book your exam](https://vendor.example/exam)"
    )
    page.get_by_role("heading", name="Contradicts what is out").wait_for(state="hidden")
    told.seen(page, re.compile("In the week from"), "31-quiet")
    page.get_by_role("button", name="Submit version 1 for approval").click()
    told.seen(page, "Version 1 waits for approval", "32-submitted")


def _approve_and_send(told) -> None:
    page = told.arthur.open("/admin/")
    told.seen(page, re.compile("waits? for (your )?approval"), "40-arthurs-home")
    page.get_by_role("link", name=re.compile("waits for approval")).first.click()
    told.seen(page, "Approve version 1", "41-to-approve")
    page.get_by_role("button", name="Approve version 1").click()
    told.seen(page, "Version 1 is approved.", "42-approved")
    page = told.maria.page
    page.reload()
    page.get_by_role("button", name="Send to 3 people now").click()
    page.wait_for_url(re.compile("/report/"))
    work_off()
    page.get_by_text("3 of 3").first.wait_for()  # the report renews itself
    told.seen(page, "3 of 3", "43-report")


def _answer_a_question(told) -> None:
    theirs = told.nora.open("/")
    theirs.get_by_role("link", name="Book your exam").click()
    told.seen(theirs, "the exam costs nothing this season", "50-announcement")
    theirs.get_by_label("Your question").fill("Can we take it in German?")
    theirs.get_by_role("button", name="Ask", exact=True).click()
    theirs.get_by_text("Your question is on its way").wait_for()
    page = told.maria.open("/admin/")
    told.seen(page, "1 partner's question waits for your answer", "51-home")
    page.get_by_role("link", name="1 partner's question waits for your answer").click()
    page.get_by_role("link", name="Can we take it in German?").click()
    page.locator("#id_text").fill("Yes, since spring.")
    page.get_by_role("button", name="Send the answer to Nora").click()
    told.seen(page, "Yes, since spring.", "52-answered")
    theirs = told.nora.open("/")
    theirs.get_by_role("link", name="Maria Lund answered your question").click()
    told.seen(theirs, "Yes, since spring.", "53-answer")


def _run_a_survey(told, segment) -> None:
    page = told.maria.open(reverse("admin:communications_opinionsurvey_add"))
    write_survey(page, "How was the exam?", segment)
    add_question(page, "nps", "Would you recommend it?")
    add_question(page, "text", "What else?")
    told.seen(page, "Would you recommend it?", "60-survey")
    page.get_by_role("button", name="Ask 3 people").click()
    page.get_by_text("3 people are asked.").wait_for()
    tasks.mail_opinion_surveys()
    theirs = told.nora.open("/")
    theirs.get_by_role("link", name="Say what you think: “How was the exam?”").click()
    theirs.get_by_role("group", name="Would you recommend it?").get_by_label("10", exact=True).check()
    told.seen(theirs, "Anonymous", "61-opinion")
    theirs.get_by_role("button", name="Send without my name").click()
    theirs.get_by_text("Thank you. Your answers are in.").wait_for()
    survey = OpinionSurvey.objects.get()
    for contact, score in ((told.cast.ben, "9"), (told.cast.sven, "3")):
        answer_first(survey, contact, score)
    page.reload()
    page.get_by_role("button", name="Close it for good").click()
    told.seen(page, "NPS 33: 2 of 3 promoters", "62-results")
    tell_what_was_done(page, "It is too long.", "It takes one hour from May on.")
    told.seen(page, "Draft an announcement to them", "63-told")
    theirs = told.nora.open(reverse("communications:opinion", args=[survey.public_id]))
    told.seen(theirs, "It takes one hour from May on.", "64-said-and-done")


def _hold_a_meeting(told, segment) -> None:
    page = told.maria.open(reverse("admin:collaboration_meeting_changelist"))
    plan_supplier_meeting(page, segment)
    told.seen(page, "each can be moved or called off by itself", "70-planned")
    page.get_by_role("button", name=f"Invite {segment}").click()
    page.get_by_text("3 people are invited; the mails are on their way.").wait_for()
    send_mails()
    theirs = told.nora.open("/")
    theirs.get_by_role("link", name="Say whether you come to “Quarterly supplier meeting”").click()
    theirs.get_by_role("button", name="Yes").click()
    told.seen(theirs, "See you there.", "71-yes")
    begun(Meeting.objects.get(state="invited"))
    page.reload()
    page.get_by_label("Nora Berg was there").check()
    page.get_by_role("button", name="Note who was there").click()
    page.get_by_text("Close it: it ended early").click()
    page.get_by_role("button", name="Close it", exact=True).click()
    page.get_by_text("Of 3 invited 1 was there and 2 missed it.").wait_for()
    write_minutes(page)
    told.seen(page, "The minutes are in the portal", "72-minutes")


def _let_a_journey_follow_up(told, segment) -> None:
    page = told.maria.open(reverse("admin:communications_journey_add"))
    journey_story.begin_journey(page, "After the meeting", str(segment), "Twenty engineers")
    hello = {"Announcement": "Your next exam"}
    journey_story.add_step(page, "Announcement", "At the beginning", {"Name": "Next exam"}, lists=hello)
    asked = {"What is to be done or told": "Name two engineers", "Due in so many days, and waited for as long": "14"}
    journey_story.add_step(page, "Task to be done first", "After “Next exam”", {"Name": "Engineers", **asked})
    told.seen(page, "Publish version 1", "80-journey")
    page.get_by_role("button", name="Publish version 1").click()
    page.get_by_text("Version 1 is published: partners enter it within a minute.").wait_for()
    work_off()
    tasks.let_into_journeys()
    tasks.move_journeys_on()
    work_off()
    page.reload()
    told.seen(page, "2 partners are under way", "81-under-way")
    certify(told.cast, told.cast.alpenglow, on=in_days(0), contact=told.cast.ben)


def _drill_a_crisis(told) -> None:
    page = told.maria.open(reverse("admin:communications_crisis_changelist"))
    page.get_by_role("link", name="Drill Security breach").click()
    told.seen(page, "3 people at 2 organisations will be called.", "85-drill")
    page.get_by_label("To start it, type").fill("drill")
    page.get_by_role("button", name="Start the drill with 3 people").click()
    page.get_by_text("0 of 3 have acknowledged").wait_for()
    work_off()
    theirs = told.nora.open(reverse("portal:people"))
    told.seen(theirs, "[DRILL] Break-in at our servers", "86-notice")
    theirs.get_by_role("button", name="Acknowledge").click()
    theirs.get_by_text("It is on record for Alpenglow").wait_for()
    page.get_by_text("1 of 3 have acknowledged").wait_for()
    crisis_story.let_pass(Crisis.objects.get(), 31)
    assert climb_ladders()
    tasks.send_crisis_calls()
    work_off()
    told.seen(page, "1 of 3 have acknowledged, 2 late.", "87-board")
    page.get_by_role("link", name="Give the all-clear").click()
    page.get_by_role("button", name="Give the all-clear to 3 people").click()
    page.get_by_text("All clear after").wait_for()
    work_off()
    page.get_by_role("link", name="Report", exact=True).click()
    told.seen(page, "Rung 1 of the ladder", "88-report")
