"""What a person finds when the portal opens: what needs them, what is new, how their organisation stands."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Max, Q, Value, When

from communications.queries.feed import FeedItem, feed_items, feed_rows, in_short
from communications.queries.opinions import ShortQuestion, short_question_of
from communications.queries.unread import unread_among
from context.queries.tiers import Standing, standing_in_short
from partners.models import Contact, Enrolment
from partners.waiting import Need, Waiting
from portal.queries.needs import People, confirmations, in_order, needs_of, people_counted, question_of_the_day
from portal.queries.waiting import CERTIFICATE, waiting_for

NEWS_SHOWN = 5


@dataclass(frozen=True)
class Certificates:
    valid: int
    next_expiry: date | None
    is_expired: int


@dataclass(frozen=True)
class Home:
    needs: list[Need]
    news: list[FeedItem]
    people: People
    certificates: Certificates
    standing: Standing | None
    question: ShortQuestion | None = None


def home_of(contact: Contact, enrolments: list[Enrolment], *, reader) -> Home:
    """`enrolments` are the current ones, first the one that stands for the partner. `reader` is the one signed in: the contact, or
    a manager who views the portal as that contact."""
    items = items_for(contact, enrolments)
    people = _people(contact)
    waiting = waiting_for(contact, reader=reader)
    of_the_day = question_of_the_day(waiting)
    confirm = confirmations([contact], {contact.partner_id: enrolments}).get(contact.pk, [])
    return Home(
        needs=in_order(needs_of(contact, items, waiting, people, confirm)),
        news=[item for item in items if not item.needs_acknowledgement][:NEWS_SHOWN],
        people=people,
        certificates=_certificates([row for row in waiting if row.kind == CERTIFICATE]),
        standing=standing_in_short(enrolments[0]) if enrolments else None,
        question=short_question_of(of_the_day.public_id, of_the_day.detail) if of_the_day else None,
    )


def items_for(contact: Contact, enrolments: list[Enrolment], *, news: int = NEWS_SHOWN) -> list[FeedItem]:
    """What waits for an acknowledgement, however old, and then so many `news`: one query for both."""
    waiting = Q(requires_acknowledgement=True, acknowledged=False)
    waits = Case(When(waiting, then=Value(1)), default=Value(0))
    rows = in_short(feed_rows(contact)).annotate(waits=waits).order_by("-waits", "-arrived_at", "-pk")
    first = list(rows[: news + 20])
    return feed_items(first[: news + sum(row.waits for row in first)], contact, enrolments)


def _people(contact: Contact) -> People:
    """Of the organisation, and the news that wait for the reader; one query."""
    counted = people_counted(Contact.objects.filter(partner=contact.partner_id)).annotate(unread=Max(unread_among(contact)))
    rows = counted.values("total", "joined", "not_invited", "asking", "unread")
    return next((People(**row) for row in rows), People())


def _certificates(held: list[Waiting]) -> Certificates:
    valid = [row for row in held if not row.is_late]
    expiries = [row.due for row in valid if row.due]
    return Certificates(len(valid), min(expiries, default=None), len(held) - len(valid))
