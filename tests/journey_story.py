"""Journeys through which the cast goes: a welcome with a wait, a branch and a task."""

from datetime import timedelta

from playwright.sync_api import Page

from communications.actions import journey_engine, journey_entries, journey_steps, journeys
from communications.models import Announcement, Journey, JourneyRun, JourneyStep, JourneyVersion
from communications.queries.journey_steps import Place
from tests import announcement_story, factories

GOLD = {"all": [{"field": "enrolment.tier", "op": "eq", "value": "gold"}]}
FIRST = Place(None)


def by_journey(cast, title: str = "Welcome", *, approved: bool = True, **fields) -> Announcement:
    draft = announcement_story.draft(cast, title, by_journey=True, **fields)
    return announcement_story.approve(draft, cast) if approved else draft


def begin(cast, name: str = "Welcome", *, segment=None, purpose: str = "enablement", **fields) -> JourneyVersion:
    segment = segment or factories.make_segment(f"For {name}")
    journey = journeys.create_journey(
        by=cast.maria, name=name, purpose=purpose, segment=segment, programme=cast.programme, **fields
    )
    return journey.versions.get()


def add(version: JourneyVersion, cast, kind: str, name: str, place: Place = FIRST, **fields) -> JourneyStep:
    return journey_steps.add_step(version, by=cast.maria, kind=kind, name=name, place=place, **fields)


def begin_journey(page: Page, name: str, segment: str, objective: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("What it is for").select_option(label="Enablement")
    page.get_by_label("Who enters").select_option(label=segment)
    page.get_by_label("Objective", exact=True).select_option(label=objective)
    page.get_by_role("button", name="Begin the journey").click()
    page.get_by_text("It has no steps yet. Add the first one.").wait_for()


def add_step(page: Page, kind: str, where: str, fields: dict[str, str], *, lists: dict[str, str] | None = None) -> None:
    page.get_by_label("Kind").select_option(label=kind)
    page.get_by_label("Where", exact=True).select_option(label=where)
    page.get_by_role("button", name="Add it").click()
    for label, text in fields.items():
        page.get_by_label(label, exact=True).fill(text)
    for label, choice in (lists or {}).items():
        page.get_by_label(label, exact=True).select_option(label=choice)
    page.get_by_role("button", name="Add the step").click()
    page.locator(".jo-steps").get_by_text(fields["Name"], exact=True).wait_for()


def welcome(cast, **fields) -> JourneyVersion:
    """Welcome by announcement, three days of waiting, then gold partners get a task and the others a notice to their manager."""
    version = begin(cast, **fields)
    hello = add(version, cast, "announcement", "Say hello", announcement=by_journey(cast))
    wait = add(version, cast, "wait", "Let them read", Place(hello.key), days=3)
    branch = add(version, cast, "branch", "Gold?", Place(wait.key), rule=GOLD)
    add(version, cast, "task", "Invite them", Place(branch.key), text="Invite them to the gold circle", days=7)
    add(version, cast, "notify", "Tell their manager", Place(branch.key, "else"), text="Talk to them about gold")
    return version


def publish(version: JourneyVersion, cast, **fields) -> Journey:
    """As it is once its announcements are open for it."""
    published = journeys.publish_version(version, by=cast.maria, **fields)
    announcement_story.work_off()
    return published.version.journey


def let_in() -> int:
    return journey_entries.let_in()


def go_on() -> int:
    """A kick, and what a worker then sends."""
    taken = journey_engine.move_on()
    announcement_story.work_off()
    return taken


def let_pass(days: float) -> None:
    """Time goes by for whoever is under way."""
    for run in JourneyRun.objects.under_way():
        gone = timedelta(days=days)
        JourneyRun.objects.filter(pk=run.pk).update(due_at=run.due_at - gone, since=run.since - gone)


def where(partner) -> str:
    """The name of the step at which a partner is."""
    run = JourneyRun.objects.filter(partner=partner).order_by("-nth").first()
    if run is None or run.step_key is None:
        return run.state if run else ""
    return run.version.steps.get(key=run.step_key).name


def one_of_each(cast) -> Journey:
    """Published, with both partners at its steps, and a draft of the next version; for pages that show a journey."""
    version = welcome(cast, name="Welcome to the programme")
    journey = publish(version, cast)
    let_in()
    go_on()
    let_pass(4)
    go_on()
    journeys.begin_version(journey, by=cast.maria)
    journey.refresh_from_db()
    return journey
