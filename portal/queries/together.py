"""The first page of a person who works for several partners, all of them at once: each thing says whose it is."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from communications.queries.feed import FeedItem
from partners.models import Contact, Enrolment
from partners.waiting import Need
from portal.queries.home import NEWS_SHOWN, items_for
from portal.queries.needs import People, confirmations, in_order, needs_of, people_counted
from portal.queries.waiting import waiting_for_all


@dataclass(frozen=True)
class News:
    contact: Contact
    item: FeedItem


@dataclass(frozen=True)
class Organisation:
    contact: Contact
    enrolments: list[Enrolment]
    needs: int


@dataclass(frozen=True)
class Together:
    needs: list[Need]
    news: list[News]
    organisations: list[Organisation]


def together_of(contacts: Sequence[Contact], *, reader) -> Together:
    """Six queries, and one for the news of each organisation."""
    enrolments = _enrolments(contacts)
    people, confirm = _people(contacts), confirmations(contacts, enrolments)
    waiting = defaultdict(list)
    for row in waiting_for_all(contacts, reader=reader):
        waiting[row.contact].append(row)
    needs: list[Need] = []
    news = []
    for contact in contacts:
        items = items_for(contact, enrolments[contact.partner_id], news=2 * NEWS_SHOWN)
        found = needs_of(contact, items, waiting[contact.pk], people[contact.partner_id], confirm.get(contact.pk, []))
        needs += [replace(need, contact=contact) for need in found]
        news += [News(contact, item) for item in items if not item.needs_acknowledgement]
    counts = Counter(need.contact for need in needs)
    return Together(
        needs=in_order(needs),
        news=sorted(news, key=lambda one: one.item.arrived_at, reverse=True)[: 2 * NEWS_SHOWN],
        organisations=[Organisation(contact, enrolments[contact.partner_id], counts[contact]) for contact in contacts],
    )


def _enrolments(contacts: Sequence[Contact]) -> dict[int, list[Enrolment]]:
    rows = Enrolment.objects.current().filter(partner__in=[contact.partner_id for contact in contacts])
    found = defaultdict(list)
    for row in rows.told():
        found[row.partner_id].append(row)
    return found


def _people(contacts: Sequence[Contact]) -> dict[int, People]:
    """By partner, of those whose admin reads."""
    admins = [contact.partner_id for contact in contacts if contact.is_partner_admin]
    rows = people_counted(Contact.objects.filter(partner__in=admins)) if admins else []
    return defaultdict(People, {row.pop("partner"): People(**row) for row in rows})
