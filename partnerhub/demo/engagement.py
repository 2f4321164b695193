"""What people did with what they got: opened, clicked, read, acknowledged, asked. Machines opened and clicked, too."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from communications.actions.conversations import promised_by
from communications.actions.engagement import acknowledge_announcement
from communications.actions.hits import write_hits
from communications.actions.questions import answer_question, ask_question
from communications.channels.hits import Hit
from communications.models import (
    Acknowledgement,
    Action,
    Announcement,
    Answer,
    Channel,
    Delivery,
    DeliveryState,
    Question,
)
from partnerhub.demo import carmaker
from partnerhub.demo.announcements import Plan
from partnerhub.demo.history import as_of
from partners.models import Contact, Partner

BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_1) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Thunderbird/145.0",
)
SCANNER, PROXY = "Mimecast-Link-Check/2.1", "Mozilla/5.0 (via ggpht.com GoogleImageProxy)"
SCANNED_SHARE, PROXIED_SHARE, CLICKS_OF_OPENS = 0.07, 0.1, 0.38
ACKNOWLEDGED_BY = 17


def engage(announcement: Announcement, plan: Plan) -> None:
    """Opens and clicks of those the mail reached, reads of those who can sign in."""
    chance = random.Random(plan.text)  # noqa: S311 - a story, not a secret
    reached = Delivery.objects.filter(announcement_id=announcement.pk, state=DeliveryState.DELIVERED).order_by("contact_id")
    mailed = reached.filter(channel=Channel.EMAIL).values_list("contact_id", flat=True)
    links = len(announcement.versions.get(number=announcement.approved_version).links)
    made = [hit for contact_id in mailed for hit in _hits(announcement, contact_id, plan, links, chance)]
    write_hits(sorted(made, key=lambda hit: hit.at))
    _read_in_portal(reached.filter(channel=Channel.PORTAL), plan, chance)


def _hits(announcement: Announcement, contact_id: int, plan: Plan, links: int, chance: random.Random) -> Iterable[Hit]:
    def hit(action: Action, agent: str, after: timedelta) -> Hit:
        at = _not_later_than_now(plan.sent_at + after, chance).timestamp()
        link = chance.randrange(links) if action == Action.CLICKED else None
        return Hit(announcement.pk, contact_id, Channel.EMAIL, action, link, "GET", agent, "", "", at)

    drawn = chance.random()
    if drawn < SCANNED_SHARE:
        yield hit(Action.CLICKED, SCANNER, timedelta(seconds=chance.randrange(63, 90)))
    elif drawn < SCANNED_SHARE + PROXIED_SHARE:
        yield hit(Action.OPENED, PROXY, timedelta(seconds=chance.randrange(63, 600)))
    if chance.random() < plan.interest:
        opened = _soon(chance)
        browser = chance.choice(BROWSERS)
        yield hit(Action.OPENED, browser, opened)
        if links and chance.random() < CLICKS_OF_OPENS:
            yield hit(Action.CLICKED, browser, opened + timedelta(seconds=chance.randrange(12, 240)))


def _read_in_portal(delivered, plan: Plan, chance: random.Random) -> None:
    """A person reads at some hour after it came; the hours are few, so that the rows are written in few statements."""
    joined = set(Contact.objects.exclude(user=None).values_list("pk", flat=True))
    readers: dict[int, list[int]] = {}
    for contact_id in delivered.values_list("contact_id", flat=True):
        hours = chance.choice((1, 3, 6, 24, 27, 50, 75))
        if contact_id in joined and chance.random() < plan.interest * 0.7:
            readers.setdefault(hours, []).append(contact_id)
    for hours, contact_ids in readers.items():
        read_at = _not_later_than_now(plan.sent_at + timedelta(hours=hours, minutes=hours * 7 % 60), chance)
        delivered.filter(contact_id__in=contact_ids).update(read_at=read_at)


def acknowledge_by_most(announcement: Announcement, plan: Plan) -> None:
    """Seventeen of the partners it reached; the supplier with the known login still has to."""
    chance = random.Random("acknowledgements")  # noqa: S311 - a story, not a secret
    partners = Partner.objects.filter(acknowledgements=None, enrolments__programme=announcement.programme).exclude(
        name=carmaker.SUPPLIER
    )
    chosen = chance.sample(sorted(partners, key=lambda partner: partner.pk), ACKNOWLEDGED_BY)
    for partner in chosen:
        contact = Contact.objects.get(partner=partner, functions__contains=["quality"])
        at = _not_later_than_now(plan.sent_at + timedelta(hours=chance.randrange(4, 300), minutes=chance.randrange(60)), chance)
        with as_of(at):
            row = acknowledge_announcement(announcement, contact=contact)
        Acknowledgement.objects.filter(pk=row.pk).update(at=at)
        _note_read(announcement, contact, at)


def ask(announcement: Announcement, contact: Contact, text: str, *, at: datetime) -> Question:
    with as_of(at):
        question = ask_question(announcement, contact=contact, text=text)
    _note_read(announcement, contact, at)
    Question.objects.filter(pk=question.pk).update(asked_at=at, promised_by=promised_by(question.assigned_to, at))
    return question


def answer(question: Question, text: str, *, by: User, at: datetime) -> None:
    with as_of(at):
        row = answer_question(question, by=by, text=text)
    Answer.objects.filter(pk=row.pk).update(at=at)
    Question.objects.filter(pk=question.pk).update(answered_at=at)


def _note_read(announcement: Announcement, contact: Contact, before: datetime) -> None:
    """Who answers a text has had it on the screen."""
    delivery = Delivery.objects.filter(announcement_id=announcement.pk, contact_id=contact.pk, channel=Channel.PORTAL)
    delivery.update(read_at=before - timedelta(minutes=4))


def _soon(chance: random.Random) -> timedelta:
    """Half of those who open do so within three hours, the rest within days."""
    return timedelta(minutes=3 + chance.expovariate(1 / 260))


def _not_later_than_now(moment: datetime, chance: random.Random) -> datetime:
    return min(moment, timezone.now() - timedelta(minutes=chance.randrange(5, 600)))
