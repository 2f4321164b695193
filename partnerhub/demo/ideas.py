"""Ideas of both programmes: a new one, one that is planned, one that was shipped with thanks, one that was declined, one that is
late; and a colleague who asks to join."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.utils import timezone

from accounts.models import User
from enablement.actions.idea_policies import set_idea_policy
from enablement.actions.idea_posts import add_evidence_to_idea, write_on_idea
from enablement.actions.ideas import assign_idea, merge_ideas, move_idea, propose_idea
from enablement.actions.votes import vote_for
from enablement.models import Idea, IdeaFollow, IdeaPost, IdeaStatus, Vote
from enablement.queries.idea_policies import policy_of
from partnerhub.demo import carmaker, dates, vendor
from partnerhub.demo.history import as_of
from partnerhub.demo.worlds import World
from partners.models import ColleagueRequest, Contact, Programme

Status = IdeaStatus
ASKS = ("Lena Fischer", "lena.fischer")


def gather_ideas(worlds: dict[str, World], managers: dict[str, User]) -> None:
    network, suppliers = worlds[vendor.PROGRAMME.key].programme, worlds[carmaker.PROGRAMME.key].programme
    _in_the_network(network, managers["manager"])
    _at_the_suppliers(suppliers, managers["pavel"])
    _ask_to_join(Contact.objects.get(email="partner@demo.example", partner__name=vendor.RESELLER))


def _in_the_network(programme: Programme, manager: User) -> None:
    paula = Contact.objects.get(email="partner@demo.example", partner__name=vendor.RESELLER)
    milo = Contact.objects.get(email="member@demo.example")
    others = _others(programme, without=paula)
    export = _propose(
        programme, paula, "Export the sizing sheet as a spreadsheet", dates.days_ago(48, 10),
        problem="We type the numbers of the sizing sheet into our quotes by hand, and now and then one is wrong.",
        hurt="Two presales engineers, about half an hour for each quote; three quotes went out wrong this year.",
        proposal="A button that saves the sheet as CSV or XLSX, with one line for each node.", named=True,
    )  # fmt: skip
    _back(export, [milo, *others])
    _prove(export, others[0], "We counted: 41 quotes in the last quarter, 19 hours of typing.", dates.days_ago(45, 15), named=True)
    _move(export, Status.PLANNED, dates.days_ago(40, 11), manager, "For version 3.2. We begin with CSV.")
    _move(export, Status.PROGRESS, dates.days_ago(20, 11), manager)
    _move(export, Status.SHIPPED, dates.days_ago(4, 14), manager, "In version 3.2, under “Save as”.")
    calendar = _propose(
        programme, others[0], "Renewal dates in our calendar", dates.days_ago(30, 9),
        problem="Renewals are found in three lists, and the one of a small customer is forgotten.",
        hurt="Two renewals lost last year, about 9,000 euros together.",
        proposal="A calendar that we subscribe to, with all dates.",
    )  # fmt: skip
    _back(calendar, [paula, milo, others[1]])
    _move(calendar, Status.REVIEW, dates.days_ago(27, 10), manager, "We ask five of you how you keep track today.")
    _write(calendar, manager, "Who would show us their list? Half an hour is enough.", dates.days_ago(26, 10))
    double = _propose(
        programme, others[1], "Calendar of renewals", dates.days_ago(12, 9), problem="We miss dates.", hurt="",
        proposal="Send them to our calendar.",
    )  # fmt: skip
    _back(double, [milo, others[1]])
    with as_of(dates.days_ago(11)):
        merge_ideas(double, calendar, by=manager)
    calendar.moves.filter(at__gt=timezone.now() - timedelta(hours=1)).update(at=dates.days_ago(11))
    declined = _propose(
        programme, others[2], "Discounts that every partner may grant alone", dates.days_ago(25, 9),
        problem="For ten percent we wait for two days.", hurt="Our three sellers.", proposal="Let Gold partners grant 15 % alone.",
    )  # fmt: skip
    _back(declined, [others[0]])
    why = "Prices would differ within a week from partner to partner. What we do: an answer to each request within four hours."
    _move(declined, Status.DECLINED, dates.days_ago(18, 16), manager, why)
    fresh = _propose(
        programme, milo, "A test licence that renews itself", dates.days_ago(2, 11),
        problem="Our demo cluster stops each quarter in the middle of a presentation.", hurt="Everybody who demonstrates.",
        proposal="Renew test licences of certified people by themselves.",
    )  # fmt: skip
    _back(fresh, [milo, others[2]])


def _at_the_suppliers(programme: Programme, manager: User) -> None:
    with as_of(dates.days_ago(60)):
        set_idea_policy(programme, by=manager, votes=5, days_new=5, days_review=21, days_planned=90, days_progress=90)
    sofia = Contact.objects.get(email="supplier@demo.example")
    others = _others(programme, without=sofia)
    labels = _propose(
        programme, sofia, "Label samples before a new standard starts", dates.days_ago(24, 9),
        problem="We see a new label layout on the day it becomes binding.", hurt="Our dispatch: two days of double work.",
        proposal="Print samples four weeks ahead, for each plant.", named=True,
    )  # fmt: skip
    _back(labels, [sofia, *others])
    _prove(labels, sofia, "At the last change 212 pallets were relabelled.", dates.days_ago(23, 15), named=True)
    _move(labels, Status.REVIEW, dates.days_ago(22, 10), manager, "We ask the plants.")
    with as_of(dates.days_ago(22)):
        assign_idea(labels, by=manager, owner=manager, segment=None)
    audit = _propose(
        programme, others[0], "One audit for all plants", dates.days_ago(3, 10),
        problem="Three plants audit the same process within six weeks.", hurt="Quality and production, nine days a year.",
        proposal="One audit whose report all plants accept.",
    )  # fmt: skip
    _back(audit, others)


def _propose(programme: Programme, contact: Contact, title: str, at: datetime, *, named: bool = False, **words: str) -> Idea:
    with as_of(at):
        idea = propose_idea(programme, title=title, contact=contact, may_be_named=named, **words)
    _date(idea, at)
    idea.moves.update(at=at)
    IdeaFollow.objects.filter(idea=idea).update(told_at=timezone.now())
    return idea


def _back(idea: Idea, people: list[Contact]) -> None:
    for contact in people:
        vote_for(idea, contact=contact)
    proposed = Idea.objects.get(pk=idea.pk).proposed_at
    Vote.objects.filter(idea=idea).update(at=min(proposed + timedelta(days=1), timezone.now()))


def _move(idea: Idea, status: str, at: datetime, by: User, reason: str = "") -> None:
    with as_of(at):
        move_idea(idea, status, by=by, reason=reason)
    idea.moves.filter(status=status).update(at=at)
    _date(idea, at, is_proposed=False)


def _date(idea: Idea, at: datetime, *, is_proposed: bool = True) -> None:
    """As if the step had been made then, with the promise that followed from it."""
    current = Idea.objects.select_related("programme").get(pk=idea.pk)
    days = policy_of(current.programme).days_for(current.status)
    values = {"status_at": at, "promised_by": None if days is None else at + timedelta(days=days)}
    Idea.objects.filter(pk=idea.pk).update(**values, **({"proposed_at": at} if is_proposed else {}))


def _prove(idea: Idea, contact: Contact, text: str, at: datetime, *, named: bool) -> None:
    with as_of(at):
        post = add_evidence_to_idea(idea, contact=contact, text=text, may_be_named=named)
    IdeaPost.objects.filter(pk=post.pk).update(at=at)


def _write(idea: Idea, by: User, text: str, at: datetime) -> None:
    post = write_on_idea(idea, by=by, text=text)
    IdeaPost.objects.filter(pk=post.pk).update(at=at)


def _ask_to_join(admin: Contact) -> None:
    """Whose address is confirmed; an admin may decide."""
    name, mailbox = ASKS
    asked = dates.days_ago(1, 10)
    ColleagueRequest.objects.create(
        name=name, email=f"{mailbox}@{urlsplit(admin.partner.website).hostname}", partner=admin.partner,
        state=ColleagueRequest.State.CONFIRMED, asked_at=asked, confirmed_at=asked, told_at=asked,
    )  # fmt: skip


def _others(programme: Programme, *, without: Contact) -> list[Contact]:
    """People with a login at other partners of the programme, one of each."""
    places = programme.enrolments.current().values("partner")
    rows = Contact.objects.current().filter(partner__in=places, user__is_active=True).exclude(partner=without.partner_id)
    return list(rows.select_related("user", "partner").order_by("partner_id", "pk").distinct("partner_id")[:3])
