"""What a person finds when the portal opens: what needs them, what is new, how their organisation stands."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Max, Q, Subquery, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.queries.feed import FeedItem, feed_items, feed_rows
from communications.queries.opinions import ShortQuestion, short_question_of
from communications.queries.unread import unread_among
from context.queries.tiers import Standing, standing_in_short
from partners.models import ColleagueRequest, Contact, Enrolment
from partners.waiting import Need, Waiting
from portal.queries.needs import confirmations, needs_among
from portal.queries.waiting import CERTIFICATE, OPINION, waiting_for

NEWS_SHOWN = 5


@dataclass(frozen=True)
class People:
    """Of the organisation; `unread` are the news that wait for the reader, `asking` those who ask to join."""

    total: int
    joined: int
    not_invited: int
    unread: int
    asking: int = 0


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
    of_the_day = next((row for row in waiting if row.kind == OPINION and row.detail), None)
    needs = [
        *acknowledgements(items, contact),
        *needs_among([row for row in waiting if row is not of_the_day], contact),
        *confirmations(contact, enrolments),
        *_colleagues_outside(contact, people),
        *_asking_to_join(contact, people),
    ]
    return Home(
        needs=sorted(needs, key=lambda need: need.due or date.max),
        news=[item for item in items if not item.needs_acknowledgement][:NEWS_SHOWN],
        people=people,
        certificates=_certificates([row for row in waiting if row.kind == CERTIFICATE]),
        standing=standing_in_short(enrolments[0]) if enrolments else None,
        question=short_question_of(of_the_day.public_id, of_the_day.detail) if of_the_day else None,
    )


def items_for(contact: Contact, enrolments: list[Enrolment]) -> list[FeedItem]:
    """What waits for an acknowledgement, however old, and then what came last: one query for both."""
    waiting = Q(requires_acknowledgement=True, acknowledged=False)
    waits = Case(When(waiting, then=Value(1)), default=Value(0))
    rows = feed_rows(contact).annotate(waits=waits).order_by("-waits", "-arrived_at", "-pk")
    return feed_items(rows[: NEWS_SHOWN + 20], contact, enrolments)


def acknowledgements(items: list[FeedItem], contact: Contact) -> list[Need]:
    return [
        Need(
            icon="check-badge",
            tone="warn",
            title=_("Acknowledge “%(title)s”") % {"title": item.title},
            detail=item.call_to_action or _("For %(partner)s") % {"partner": contact.partner},
            url=reverse("communications:announcement", args=[item.announcement.public_id]),
            due=item.announcement.acknowledge_by,
        )
        for item in items
        if item.needs_acknowledgement
    ]


def _colleagues_outside(contact: Contact, people: People) -> list[Need]:
    if not contact.is_partner_admin or not people.not_invited:
        return []
    count = people.not_invited
    title = ngettext("%(n)d colleague is not in the portal yet", "%(n)d colleagues are not in the portal yet", count) % {"n": count}
    return [Need("user-plus", "accent", title, _("Invite them, so that news reaches the right person."), reverse("portal:people"))]


def _asking_to_join(contact: Contact, people: People) -> list[Need]:
    if not contact.is_partner_admin or not people.asking:
        return []
    title = ngettext("%(n)d person asks to join", "%(n)d people ask to join", people.asking) % {"n": people.asking}
    return [Need("user-plus", "accent", title, _("Say whether they are colleagues."), reverse("portal:people"))]


def _people(contact: Contact) -> People:
    outside = Q(user=None) & ~Q(email="") & ~Q(invitations__withdrawn_at=None, invitations__isnull=False)
    requests = ColleagueRequest.objects.to_decide(contact.partner_id).order_by().values("partner")
    asking = requests.annotate(n=Count("pk")).values("n")
    counts = contact.partner.contacts.current().aggregate(
        total=Count("pk", distinct=True),
        joined=Count("pk", filter=~Q(user=None), distinct=True),
        not_invited=Count("pk", filter=outside, distinct=True),
        unread=Max(unread_among(contact)),
        asking=Max(Subquery(asking)),
    )
    return People(**{**counts, "unread": counts["unread"] or 0, "asking": counts["asking"] or 0})


def _certificates(held: list[Waiting]) -> Certificates:
    valid = [row for row in held if not row.is_late]
    expiries = [row.due for row in valid if row.due]
    return Certificates(len(valid), min(expiries, default=None), len(held) - len(valid))
