"""The whole demo in the order in which it happened."""

from datetime import timedelta

from django.db import transaction

from accounts.models import User
from communications.actions.preferences import set_preference
from communications.models import Announcement, Topic, TopicPreference
from partnerhub.demo import (
    agreements,
    alerts,
    announcements,
    attention,
    cadences,
    carmaker,
    certificates,
    collecting,
    conversations,
    courses,
    crises,
    dates,
    discussions,
    engagement,
    facts,
    freshness,
    ideas,
    journeys,
    library,
    meetings,
    opinions,
    packages,
    people,
    performance,
    planning,
    questions,
    rooms,
    search,
    sending,
    standing,
    statements,
    templates,
    vendor,
    work,
)
from partnerhub.demo import segments as whom
from partnerhub.demo.history import as_of, date_row_history
from partnerhub.demo.sending import Desk
from partnerhub.demo.worlds import World, make_regions, make_world
from partners.actions.duplicates import find_duplicates
from partners.actions.profiles import refresh_profiles
from partners.models import Contact, Programme

CLOSED_MAILBOX = ("Polderware", "sales")
LEFT_OPEN_BY_A_CRASH = ("Marram Cloud", "technical")
# Partner, function, topic, days ago, how.
NOT_WANTED = (
    ("Gantry Silicon", "executive", "general", 130, "preferences"),
    ("Ionfield Networks", "technical", "general", 88, "one_click"),
    ("Pinewick Advisors", "technical", "general", 70, "one_click"),
    ("Great Lakes Datahouse", "sales", "commercial", 48, "preferences"),
    ("Camino Alto Advisors", "executive", "general", 25, "one_click"),
    ("Weserport Logistik", "technical", "training", 40, "preferences"),
)
QUESTIONED = "newsletter_6"
QUESTION = "Does the introductory margin for Current also hold for orders that come through a distributor?"
ANSWER = (
    "Yes. The five points are paid on every order for Current, also when it is placed through a distributor. "
    "The distributor's own margin stays as it is, so the price that your customer sees does not change."
)
OPEN_QUESTION = "One of our customers wants Current in two regions. Can we promise a date for version 1.1?"
ASKED_BY_A_SUPPLIER = (
    "Bakony Wiring Systems",
    "Does the batch in the new code hold for harnesses that are packed by the customer's part number?",
)
ANSWER_TO_A_SUPPLIER = (
    "Yes. The code carries the batch of what you made, also where the box carries the number of the part. "
    "If a box holds two batches, print two labels."
)
SUPPLIER_QUESTION = "Our label printers get new firmware three weeks after the start date. May we use stickers until then?"


def is_told() -> bool:
    return Programme.objects.filter(key__in=[vendor.PROGRAMME.key, carmaker.PROGRAMME.key]).exists()


@transaction.atomic
def tell() -> None:
    managers = people.make_managers()
    make_regions()
    facts.make_data_points()
    worlds = {lists.PROGRAMME.key: make_world(lists, managers) for lists in (vendor, carmaker)}
    for world in worlds.values():
        _fill(world, managers)
    people.make_second_job(worlds[vendor.PROGRAMME.key])
    standing.make_standings(worlds, managers)
    facts.claim_otherwise(worlds[vendor.PROGRAMME.key])
    people.open_known_logins()
    work.make_work(worlds, managers)
    segments = whom.make_segments(managers["manager"])
    desk = Desk(worlds, managers, segments)
    statements.keep_statements(worlds, managers)
    _announce(desk)
    statements.change_statements(managers)
    planning.plan_communication(desk, managers)
    meetings.hold_meetings(worlds, managers, segments)
    cadences.promise_cadences(desk, managers)
    alerts.watch_partners(desk, managers)
    collecting.ask_partners(worlds, managers, segments)
    attention.leave_people_alone()
    attention.read_in_own_calendars(managers)
    attention.open_a_chat_room()
    conversations.talk()
    crises.prepare_for_crises(worlds, managers, segments)
    discussions.discuss(worlds, managers, segments)
    opinions.ask_for_opinions(worlds, managers, segments)
    search.search_in_vain(managers)
    questions.ask()
    library.keep_library(worlds, managers, segments)
    courses.teach(worlds, managers)
    packages.teach_by_packages(worlds, managers)
    journeys.lead_on_journeys(desk, managers)
    ideas.gather_ideas(worlds, managers)
    rooms.draft_together(worlds, managers)
    freshness.ask_what_it_is_for()
    date_row_history()


def _fill(world: World, managers: dict[str, User]) -> None:
    people.make_contacts(world)
    people.let_people_join(world, managers)
    certificates.make_certificates(world, managers)
    agreements.make_agreements(world, managers)
    performance.make_performance(world)
    facts.make_facts(world, managers)
    refresh_profiles([partner.pk for partner in world.partners.values()])
    find_duplicates()


def _announce(desk: Desk) -> None:
    templates.make_templates({key: world.programme for key, world in desk.worlds.items()}, desk.managers["manager"])
    freshness.ask_for_approval_in_time()
    refusals = sorted(NOT_WANTED, key=lambda refusal: -refusal[3])
    for plan in announcements.sent_announcements():
        while refusals and dates.days_ago(refusals[0][3]) < plan.sent_at:
            _refuse_topic(*refusals.pop(0))
        _send(desk, plan)
    for plan in (announcements.enablement_session(), announcements.label_training()):
        freshness.remark_on(sending.submit_for_approval(desk, plan), plan.text, desk.managers)
    sending.keep_as_draft(desk, announcements.sales_play())
    sending.schedule_soon(desk, announcements.security_update())
    freshness.let_time_pass(desk.managers)


def _refuse_topic(partner: str, function: str, topic: str, days: int, how: str) -> None:
    address, at = sending.address_of(partner, function), dates.days_ago(days)
    with as_of(at):
        row = set_preference(address, Topic.objects.get(key=topic), is_wanted=False, how=how)
    TopicPreference.objects.filter(pk=row.pk).update(changed_at=at)


def _send(desk: Desk, plan: announcements.Plan) -> None:
    closed = (sending.address_of(*CLOSED_MAILBOX),)
    in_doubt = sending.address_of(*LEFT_OPEN_BY_A_CRASH) if plan.text == QUESTIONED else ""

    def settle(announcement: Announcement) -> None:
        sending.deliver_as_usual(announcement, plan.sent_at, closed=closed, in_doubt=in_doubt)

    announcement = sending.send_in_the_past(desk, plan, settle=settle)
    engagement.engage(announcement, plan)
    if plan.acknowledge_by:
        engagement.acknowledge_by_most(announcement, plan)
    if plan.text in _CONVERSATIONS:
        _CONVERSATIONS[plan.text](desk, announcement, plan)


def _ask_about_current(desk: Desk, announcement: Announcement, plan: announcements.Plan) -> None:
    asked = max(plan.sent_at + timedelta(hours=5), dates.days_ago(5, 14))
    paula = Contact.objects.get(email="partner@demo.example", partner__name=vendor.RESELLER)
    question = engagement.ask(announcement, paula, QUESTION, at=asked)
    engagement.answer(question, ANSWER, by=desk.managers["manager"], at=asked + timedelta(hours=21))
    milo = Contact.objects.get(email="member@demo.example")
    engagement.ask(announcement, milo, OPEN_QUESTION, at=asked + timedelta(hours=3))


def _ask_about_the_standard(desk: Desk, announcement: Announcement, plan: announcements.Plan) -> None:
    sofia = Contact.objects.get(email="supplier@demo.example")
    engagement.ask(announcement, sofia, SUPPLIER_QUESTION, at=dates.days_ago(2, 10))
    partner, text = ASKED_BY_A_SUPPLIER
    asked = dates.days_ago(11, 9)
    other = Contact.objects.get(partner__name=partner, functions__contains=["quality"])
    question = engagement.ask(announcement, other, text, at=asked)
    engagement.answer(question, ANSWER_TO_A_SUPPLIER, by=desk.managers["pavel"], at=asked + timedelta(hours=6))


_CONVERSATIONS = {QUESTIONED: _ask_about_current, "standard": _ask_about_the_standard}
