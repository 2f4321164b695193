"""What a person finds when the portal opens: what needs them, what is new, how their organisation stands."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Count, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.models import Answer
from communications.queries.feed import FeedItem, feed_items, feed_rows
from context.queries.tiers import Standing, standing_in_short
from partners.models import Contact, Enrolment, PartnerCertification
from partners.queries.tasks import shared_tasks
from partners.visibility import hidden_from
from portal.queries.needs import Need, collection_needs

EXPIRY_WARNING = timedelta(days=90)
ANSWERS_ARE_NEWS_FOR = timedelta(days=14)
NEWS_SHOWN = 5
TASKS_SHOWN = 5


@dataclass(frozen=True)
class People:
    total: int
    joined: int
    not_invited: int


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


def home_of(contact: Contact, enrolments: list[Enrolment], *, reader) -> Home:
    """`enrolments` are the current ones, first the one that stands for the partner. `reader` is the one signed in: the contact, or
    a manager who views the portal as that contact."""
    items = _items(contact)
    people = _people(contact)
    held = []
    if "certifications" not in hidden_from(reader, in_portal=True):
        held = list(contact.partner.certifications.select_related("certification").order_by("expires_on"))
    needs = [
        *_acknowledgements(items, contact),
        *_certificates_running_out(held),
        *_answers(contact),
        *collection_needs(contact, enrolments),
        *_tasks(contact),
        *_colleagues_outside(contact, people),
    ]
    return Home(
        needs=sorted(needs, key=lambda need: need.due or date.max),
        news=[item for item in items if not item.needs_acknowledgement][:NEWS_SHOWN],
        people=people,
        certificates=_certificates(held),
        standing=standing_in_short(enrolments[0]) if enrolments else None,
    )


def _items(contact: Contact) -> list[FeedItem]:
    """What waits for an acknowledgement, however old, and then what came last: one query for both."""
    waiting = Q(requires_acknowledgement=True, acknowledged=False)
    waits = Case(When(waiting, then=Value(1)), default=Value(0))
    rows = feed_rows(contact).annotate(waits=waits).order_by("-waits", "-arrived_at", "-pk")
    return feed_items(rows[: NEWS_SHOWN + 20], contact)


def _acknowledgements(items: list[FeedItem], contact: Contact) -> list[Need]:
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


def _certificates_running_out(held: list[PartnerCertification]) -> list[Need]:
    limit = timezone.localdate() + EXPIRY_WARNING
    return [
        Need(
            icon="academic-cap",
            tone="bad" if row.is_expired else "warn",
            title=_("%(name)s has expired") % {"name": row} if row.is_expired else _("%(name)s expires") % {"name": row},
            detail=_("Send the new certificate to your partner manager."),
            url=reverse("portal:organisation") + "#certificates",
            due=row.expires_on,
        )
        for row in held
        if row.expires_on and row.expires_on <= limit
    ]


def _answers(contact: Contact) -> list[Need]:
    answers = Answer.objects.filter(question__contact=contact, at__gte=timezone.now() - ANSWERS_ARE_NEWS_FOR)
    return [
        Need(
            icon="chat-bubble-left-right",
            tone="info",
            title=_("%(name)s answered your question") % {"name": answer.by or contact.partner},
            detail=answer.question.text,
            url=reverse("communications:announcement", args=[answer.question.announcement.public_id]) + "#questions",
        )
        for answer in answers.select_related("by", "question__announcement").order_by("-at")[:3]
    ]


def _tasks(contact: Contact) -> list[Need]:
    return [
        Need(
            icon="clipboard-document-check",
            tone="bad" if task.due_on and task.due_on < timezone.localdate() else "accent",
            title=task.title,
            detail=_("Agreed with %(name)s") % {"name": task.owner} if task.owner else _("A task shared with you"),
            url=reverse("portal:tasks"),
            due=task.due_on,
        )
        for task in shared_tasks(contact.partner).open()[:TASKS_SHOWN]
    ]


def _colleagues_outside(contact: Contact, people: People) -> list[Need]:
    if not contact.is_partner_admin or not people.not_invited:
        return []
    count = people.not_invited
    title = ngettext("%(n)d colleague is not in the portal yet", "%(n)d colleagues are not in the portal yet", count) % {"n": count}
    return [Need("user-plus", "accent", title, _("Invite them, so that news reaches the right person."), reverse("portal:people"))]


def _people(contact: Contact) -> People:
    outside = Q(user=None) & ~Q(email="") & ~Q(invitations__withdrawn_at=None, invitations__isnull=False)
    counts = contact.partner.contacts.current().aggregate(
        total=Count("pk", distinct=True),
        joined=Count("pk", filter=~Q(user=None), distinct=True),
        not_invited=Count("pk", filter=outside, distinct=True),
    )
    return People(**counts)


def _certificates(held: list[PartnerCertification]) -> Certificates:
    valid = [row for row in held if not row.is_expired]
    expiries = [row.expires_on for row in valid if row.expires_on]
    return Certificates(len(valid), min(expiries, default=None), len(held) - len(valid))
