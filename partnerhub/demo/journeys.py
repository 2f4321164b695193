"""Journeys of both worlds: towards the certificate and towards what plants can make, each with some held out by lot, and through
the change of the label."""

from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Mod
from django.utils import timezone

from accounts.models import User
from activity.actions.tasks import finish_task
from activity.models import Task
from communications.actions.announcements import (
    approve_announcement,
    create_announcement,
    finish_announcement,
    release_announcement,
    submit_announcement,
)
from communications.actions.audiences import freeze_audience
from communications.actions.journey_engine import move_on
from communications.actions.journey_entries import let_in
from communications.actions.journey_steps import add_step
from communications.actions.journeys import begin_version, create_journey, publish_version
from communications.journey_courses import course_choices
from communications.models import (
    Announcement,
    Channel,
    Delivery,
    DeliveryState,
    Journey,
    JourneyNotice,
    JourneyPass,
    JourneyRun,
    JourneyStep,
    JourneyVersion,
    Kind,
    Objective,
    Topic,
)
from communications.queries.journey_steps import Place
from context.models import Survey
from partnerhub.demo import carmaker, dates, vendor
from partnerhub.demo.history import as_of
from partnerhub.demo.sending import Desk

CERTIFIED = {"all": [{"field": "certification.key", "op": "eq", "value": "current-engineer"}]}
HIGHER_TIERS = {"all": [{"field": "enrolment.tier", "op": "in", "value": ["gold", "platinum"]}]}
TOLD = "survey.answered"
STEPS = 8  # so many waits in turn
FIRST_STEPS = """Dear {{ contact.name }},

with Current your customers' data stays where it is. Three steps take you to the first project:

1. Read the [first-stream guide](https://partners.lumenvale.example/current/first-stream), it takes an hour.
2. Name two engineers for the exam.
3. Tell us about the customer you have in mind.

We look after you on the way."""
LABEL = """Dear {{ contact.name }},

the new label comes in three steps: a trial print, a scan at our gate, and the start date. Please print the
[trial label](https://suppliers.kestrane.example/label/trial) this week.

Whatever does not fit, ask your contact with us."""


CAPACITY = """Dear {{ contact.first_name }},

before Kestrane Arc goes into series we want to know where it could get tight. Please tell us how much of your capacity
is in use: the survey has two questions, and the [plan of the ramp-up](https://suppliers.kestrane.example/arc/ramp-up)
says what we do with the answers."""


def lead_on_journeys(desk: Desk, managers: dict[str, User]) -> None:
    _towards_the_certificate(desk, managers)
    _through_the_change(desk, managers)
    _towards_the_ramp_up(desk, managers)


def _towards_the_certificate(desk: Desk, managers: dict[str, User]) -> None:
    hello = _announcement(
        desk,
        managers,
        vendor.PROGRAMME.key,
        "Your first steps with Current",
        FIRST_STEPS,
        "builders",
        "training",
        "Starting with Current",
    )
    version = _begin(
        desk, managers, vendor.PROGRAMME.key, "First steps with Current", "enablement", "builders",
        "Most who begin with Current stop before the exam. This takes them there.", holdout_percent=10, again_after_days=365,
        objective=Objective.objects.get(name="Partners can deliver Current"), exit_segment=desk.segments["dach"],
    )  # fmt: skip
    by = managers["manager"]
    say = add_step(version, by=by, kind="announcement", name="First steps", place=Place(None), announcement=hello)
    wait = add_step(version, by=by, kind="wait", name="Time to read", place=Place(say.key), days=5)
    survey = Survey.objects.get(title="Your cloud business next year")
    ask = add_step(version, by=by, kind="survey", name="Ask for their plans", place=Place(wait.key), survey=survey)
    learn = _course(version, by, "Selling Current", ask)
    exam = add_step(version, by=by, kind="wait_until", name="Certified", place=Place(learn.key), rule=CERTIFIED, days=21)
    plan = add_step(
        version,
        by=by,
        kind="notify",
        name="Plan a project",
        place=Place(exam.key),
        text="They are certified: plan the first project",
    )
    add_step(version, by=by, kind="task", name="First project", place=Place(plan.key), text="Write down the first project", days=14)
    tier = add_step(version, by=by, kind="branch", name="Gold or Platinum?", place=Place(exam.key, "else"), rule=HIGHER_TIERS)
    day = add_step(
        version, by=by, kind="task_done", name="Training day", place=Place(tier.key), text="Hold a training day on site", days=10
    )
    add_step(version, by=by, kind="notify", name="Book the exam", place=Place(day.key), text="They are trained: book the exam")
    rest = add_step(version, by=by, kind="wait", name="A month of rest", place=Place(tier.key, "else"), days=30)
    add_step(
        version,
        by=by,
        kind="notify",
        name="Ask what is missing",
        place=Place(rest.key),
        text="Not certified yet: ask what is missing",
    )
    journey = _publish(version, by, hello)
    for weeks, fifths in ((5, 3), (2, 5)):
        _go_through(journey, hello, dates.days_ago(weeks * 7), fifths)
    begin_version(journey, by=by)


def _through_the_change(desk: Desk, managers: dict[str, User]) -> None:
    hello = _announcement(desk, managers, carmaker.PROGRAMME.key, "The new label in three steps", LABEL, "quality", "security",
                          "Printing the new label")  # fmt: skip
    version = _begin(
        desk, managers, carmaker.PROGRAMME.key, "Ready for the new label", "policy", "quality",
        "From the start date unlabelled goods are sent back, so nobody may be left behind.",
    )  # fmt: skip
    by = managers["manager"]
    standard = Announcement.objects.get(programme=hello.programme, kind=Kind.POLICY, frozen_at__isnull=False)
    accepted = {"all": [{"field": "announcement.acknowledged", "op": "eq", "value": str(standard.public_id)}]}
    say = add_step(version, by=by, kind="announcement", name="Three steps", place=Place(None), announcement=hello)
    wait = add_step(version, by=by, kind="wait", name="Trial print", place=Place(say.key), days=7)
    branch = add_step(version, by=by, kind="branch", name="Standard accepted?", place=Place(wait.key), rule=accepted)
    gate = add_step(
        version, by=by, kind="task_done", name="Scan at the gate", place=Place(branch.key), text="Send a trial pallet to gate 4",
        days=21, is_shared=True,
    )  # fmt: skip
    add_step(version, by=by, kind="notify", name="It scans", place=Place(gate.key), text="It scans: confirm the start date")
    add_step(
        version,
        by=by,
        kind="notify",
        name="It is late",
        place=Place(gate.key, "else"),
        text="No trial pallet yet: ask why",
    )
    add_step(
        version, by=by, kind="notify", name="Call them", place=Place(branch.key, "else"), text="They have not accepted the standard"
    )
    journey = _publish(version, by, hello)
    _go_through(journey, hello, dates.days_ago(14), 5)


def _towards_the_ramp_up(desk: Desk, managers: dict[str, User]) -> None:
    objective = Objective.objects.get(name="We know what plants can make")
    hello = _announcement(
        desk, managers, carmaker.PROGRAMME.key, "How much more can you make?", CAPACITY, "suppliers", "product",
        "Planning the ramp-up of Arc", objective=objective,
    )  # fmt: skip
    version = _begin(
        desk, managers, carmaker.PROGRAMME.key, "Capacity for the ramp-up", "enablement", "suppliers",
        "A bottleneck that is known in spring costs a call, in autumn it stops a line.", holdout_percent=20, again_after_days=180,
        objective=objective, exit_segment=desk.segments["late"],
    )  # fmt: skip
    by = managers["manager"]
    survey = Survey.objects.get(title="Your capacity for the ramp-up")
    answered = {"all": [{"field": TOLD, "op": "eq", "value": str(survey.public_id)}]}
    say = add_step(version, by=by, kind="announcement", name="Why we ask", place=Place(None), announcement=hello)
    ask = add_step(version, by=by, kind="survey", name="Ask", place=Place(say.key), survey=survey)
    told = add_step(version, by=by, kind="wait_until", name="Told", place=Place(ask.key), rule=answered, days=10)
    learn = _course(version, by, "The label of KQS 4.1", told)
    add_step(
        version, by=by, kind="notify", name="Plan with them", place=Place(learn.key), text="Their capacity is known: plan with them"
    )
    call = add_step(
        version, by=by, kind="task", name="Call", place=Place(told.key, "else"), text="Ask for their capacity by phone", days=5
    )
    add_step(version, by=by, kind="wait", name="Three weeks", place=Place(call.key), days=21)
    _go_through(_publish(version, by, hello), hello, dates.days_ago(12), 5)


def _course(version: JourneyVersion, by: User, title: str, after: JourneyStep) -> JourneyStep:
    key = next(key for key, name in course_choices() if name == title)
    return add_step(version, by=by, kind="course", name="Course", place=Place(after.key), course=key)


def _begin(desk: Desk, managers, key: str, name: str, purpose: str, segment: str, reason: str, **fields) -> JourneyVersion:
    journey = create_journey(
        by=managers["manager"], name=name, purpose=purpose, segment=desk.segments[segment], reason=reason,
        programme=desk.worlds[key].programme, **fields,
    )  # fmt: skip
    return journey.versions.get()


def _announcement(
    desk: Desk, managers, key: str, title: str, body: str, segment: str, topic: str, used_for: str, **purpose
) -> Announcement:
    announcement = create_announcement(
        by=managers["author"], title=title, body=body, segment=desk.segments[segment], programme=desk.worlds[key].programme,
        topic=Topic.objects.get(key=topic), kind=Kind.COLLATERAL, details={"used_for": used_for}, by_journey=True,
        **purpose,
    )  # fmt: skip
    version = submit_announcement(announcement, by=managers["author"])
    approve_announcement(announcement, by=managers["approver"], version=version.number)
    return announcement


def _publish(version: JourneyVersion, by: User, hello: Announcement) -> Journey:
    journey = publish_version(version, by=by).version.journey
    hello.refresh_from_db()
    release_announcement(hello)
    freeze_audience(hello)
    finish_announcement(hello)
    return journey


def _go_through(journey: Journey, hello: Announcement, at: datetime, fifths: int) -> None:
    """So many fifths of those who are found by its rule began by that day; each then is where the days since have brought them. The
    others' rows go again, so that they begin on a later one of these days."""
    let_in()
    begun = JourneyRun.objects.filter(journey=journey, entered_at__gt=timezone.now() - timedelta(hours=1))
    begun.annotate(fifth=Mod("partner_id", 5)).filter(fifth__gte=fifths).delete()
    ids = list(begun.values_list("pk", flat=True))
    gone = timezone.now() - at
    for _step in range(STEPS):
        _back(ids, gone)
        move_on()
        _do_some(ids)
    _settle(hello, at, ids)
    for model in (JourneyPass, JourneyNotice):
        model.objects.filter(run__in=ids).update(at=at + timedelta(hours=1))
    JourneyRun.objects.filter(pk__in=ids).update(entered_at=at)
    JourneyRun.objects.filter(pk__in=ids, ended_at__isnull=False).update(ended_at=at + gone / 2)


def _do_some(ids: list[int]) -> None:
    """Half of the partners did what a step waits for, two days ago."""
    tasks = Task.objects.filter(source_type=JourneyRun._meta.label_lower, source_id__in=ids).open()
    done = list(tasks.alias(half=Mod("partner_id", 2)).filter(half=0).select_related("owner"))
    at = dates.days_ago(2, 15)
    with as_of(at):
        for task in done:
            finish_task(task, by=task.owner)
    Task.objects.filter(pk__in=[task.pk for task in done]).update(ended_at=at)


def _back(ids: list[int], gone: timedelta) -> None:
    runs = JourneyRun.objects.filter(pk__in=ids, since__gt=timezone.now() - timedelta(hours=1)).under_way()
    runs.update(since=F("since") - gone, due_at=F("due_at") - gone)


def _settle(hello: Announcement, at: datetime, ids: list[int]) -> None:
    partners = JourneyRun.objects.filter(pk__in=ids).values("partner")
    queued = Delivery.objects.filter(announcement_id=hello.pk, state=DeliveryState.QUEUED, partner__in=partners)
    queued.filter(
        channel=Channel.PORTAL, contact_id__in=[pk for pk in queued.values_list("contact_id", flat=True) if pk % 3]
    ).update(read_at=at + timedelta(hours=3))
    queued.update(state=DeliveryState.DELIVERED, settled_at=at + timedelta(minutes=1), attempts=1)
    hello.chunks.filter(done_at=None).update(done_at=at)
    finish_announcement(hello)
