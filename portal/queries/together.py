"""The first page of a person who works for several partners, all of them at once: each thing says whose it is."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from communications.queries.feed import FeedItem
from context.queries.confirmations import partners_to_remind
from partners.models import Contact, Enrolment
from partners.waiting import Need
from portal.queries.home import NEWS_SHOWN, acknowledgements, items_for
from portal.queries.needs import needs_among
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
    """Four queries, and one for the news of each organisation."""
    enrolments = _enrolments(contacts)
    by_key = {contact.pk: contact for contact in contacts}
    needs = [
        replace(need, contact=by_key[row.contact])
        for row in waiting_for_all(contacts, reader=reader)
        for need in needs_among([row], by_key[row.contact])
    ]
    news = []
    for contact in contacts:
        items = items_for(contact, enrolments[contact.partner_id])
        needs += [replace(need, contact=contact) for need in acknowledgements(items, contact)]
        news += [News(contact, item) for item in items if not item.needs_acknowledgement]
    needs += _confirmations(contacts)
    counts = Counter(need.contact for need in needs)
    return Together(
        needs=sorted(needs, key=lambda need: need.due or date.max),
        news=sorted(news, key=lambda one: one.item.arrived_at, reverse=True)[: 2 * NEWS_SHOWN],
        organisations=[Organisation(contact, enrolments[contact.partner_id], counts[contact]) for contact in contacts],
    )


def _enrolments(contacts: Sequence[Contact]) -> dict[int, list[Enrolment]]:
    rows = Enrolment.objects.current().filter(partner__in=[contact.partner_id for contact in contacts])
    found = defaultdict(list)
    for row in rows.select_related("programme", "kind", "tier", "manager").order_by("-is_primary", "pk"):
        found[row.partner_id].append(row)
    return found


def _confirmations(contacts: Sequence[Contact]) -> list[Need]:
    """That there is something, not how much: what exactly is asked on the page it leads to."""
    admins = {contact.partner_id: contact for contact in contacts if contact.is_partner_admin}
    asked = partners_to_remind().filter(pk__in=admins).values_list("pk", flat=True) if admins else []
    detail, url = _("What is stale, disputed or missing."), reverse("context:confirmations")
    return [Need("arrow-path", "warn", _("Confirm or correct what is known"), detail, url, contact=admins[pk]) for pk in asked]
