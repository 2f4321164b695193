"""What a newsletter may have in it, what of it each person gets, and why."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Count, F, Func, Q, QuerySet, TextField
from django.urls import reverse
from django.utils import timezone

from communications.attention.priorities import priority_of
from communications.models import (
    Acknowledgement,
    Announcement,
    AnnouncementVersion,
    Channel,
    Delivery,
    DeliveryState,
    Kind,
    Newsletter,
    NewsletterItem,
    NewsletterPick,
    State,
)
from communications.queries.merge_values import Person, language_of, merge_values_for
from communications.queries.readers import reader_of
from communications.rendering import MergeValues
from communications.rendering.digests import title_and_first_line
from communications.rendering.frame_words import only_in
from communications.rendering.newsletters import NewsletterEntry, entries_as_html, entries_as_text, in_one_line
from communications.rendering.relevance import GROUNDS, IMPORTANCE
from context.rules.mentions import values_named
from partners.models import Contact

CANDIDATES_AT_MOST = 200
NOT_IN_IT = (Kind.NEWSLETTER, Kind.CRISIS)

Link = Callable[[int, str], str]  # from a contact and an address to the address in their copy


def candidates_for(newsletter: Newsletter) -> list[Announcement]:
    """What went out into the portal since the newsletter before and is not over when this one goes out, by importance."""
    out = Announcement.objects.filter(
        programme=newsletter.cadence.programme, frozen_at__isnull=False, send_at__gt=newsletter.since,
        send_at__lte=newsletter.until, state__in=(State.SENDING, State.SENT), channels__contains=[Channel.PORTAL.value],
    )  # fmt: skip
    out = out.exclude(kind__in=NOT_IN_IT).exclude(expires_at__date__lte=newsletter.due_on).exclude(expires_at__lte=timezone.now())
    rows = sorted(out.select_related("topic__purpose").order_by("-send_at", "-pk"), key=lambda row: -IMPORTANCE[row.weight])
    return rows[:CANDIDATES_AT_MOST]


def named_by_rules(version: AnnouncementVersion) -> tuple[list[str], list[str]]:
    """The functions, and the countries and regions, that an audience was narrowed to."""
    functions = values_named("contact.function", version.rule, version.contact_rule)
    places = {value for field in ("partner.country", "partner.region") for value in values_named(field, version.rule)}
    return sorted(functions), sorted(places)


# --- What is in it, for whoever checks it -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ItemLine:
    """`people` get it, at `first` of them it stands first; `because` says how often each ground counted."""

    item: NewsletterItem
    people: int
    first: int
    because: tuple[tuple[str, int], ...]


def items_of(newsletter: Newsletter) -> list[ItemLine]:
    """Three queries for any number of items and people."""
    picks = NewsletterPick.objects.filter(newsletter=newsletter).order_by()
    counts = {
        row["item"]: row
        for row in picks.values("item").annotate(people=Count("contact"), first=Count("contact", filter=Q(position=1)))
    }
    grounds: dict[int, list[tuple[str, int]]] = defaultdict(list)
    ground = Func(F("reasons"), function="unnest", set_returning=True, output_field=TextField())
    for row in picks.annotate(ground=ground).values("item", "ground").annotate(n=Count("contact")).order_by("-n"):
        grounds[row["item"]].append((row["ground"], row["n"]))
    rows = newsletter.items.select_related("announcement__topic", "announcement__segment")
    nobody = {"people": 0, "first": 0}
    found = [(row, counts.get(row.announcement_id, nobody)) for row in rows]
    return [ItemLine(row, of["people"], of["first"], tuple(grounds[row.announcement_id])) for row, of in found]


@dataclass(frozen=True)
class People:
    """Of the audience as it is now: how many get something, and how many items, from one up."""

    audience: int
    with_items: int
    by_number: tuple[tuple[int, int], ...]

    @property
    def without(self) -> int:
        return max(self.audience - self.with_items, 0)


def people_of(newsletter: Newsletter, audience: QuerySet[Contact]) -> People:
    picks = NewsletterPick.objects.filter(newsletter=newsletter).order_by()
    last = picks.values("contact").annotate(n=Count("item")).values_list("n", flat=True)
    by_number: dict[int, int] = defaultdict(int)
    for n in last:
        by_number[n] += 1
    return People(audience.count(), sum(by_number.values()), tuple(sorted(by_number.items())))


def first_reader(newsletter: Newsletter, audience: QuerySet[Contact], user) -> Contact | None:
    """Somebody who gets something, where anybody does."""
    picks = NewsletterPick.objects.filter(newsletter=newsletter).values("contact_id")
    return reader_of(audience.filter(pk__in=picks), user) or reader_of(audience, user)


@dataclass(frozen=True)
class Choice:
    """One item for one person, with its points and the grounds for them."""

    pick: NewsletterPick
    announcement: Announcement
    grounds: tuple[tuple[str, int], ...]

    @property
    def importance(self) -> int:
        return IMPORTANCE[priority_of(self.announcement.kind, self.announcement.priority)]


def choices_for(newsletter: Newsletter, contact: Contact) -> list[Choice]:
    """Why this person gets what they get, in this order."""
    picks = (
        NewsletterPick.objects.filter(newsletter=newsletter, contact_id=contact.pk)
        .order_by("position")
        .select_related("item__topic")
    )
    return [
        Choice(pick, pick.item, tuple((str(GROUNDS[key].because), GROUNDS[key].points) for key in pick.reasons if key in GROUNDS))
        for pick in picks
    ]


# --- What a person reads ----------------------------------------------------------------------------------------------------


def address_of(announcement: Announcement) -> str:
    return settings.SITE_URL + reverse("communications:announcement", args=[announcement.public_id])


def within_portal(_contact_id: int, address: str) -> str:
    """For who is in the portal already, by whichever name they visit it."""
    return address.removeprefix(settings.SITE_URL)


def item_addresses(announcement: Announcement) -> list[str]:
    """The links that its items add to its text; none where it is no newsletter of a cadence."""
    items = NewsletterItem.objects.filter(newsletter__announcement=announcement, is_left_out=False).select_related("announcement")
    return [address_of(item.announcement) for item in items]


def entries_for(
    announcement: Announcement, people: dict[int, Person], link: Link | None = None
) -> dict[int, tuple[NewsletterEntry, ...]] | None:
    """For each of these people what is in their copy now: what they have read or acknowledged meanwhile is not, nor what is over.
    None where it is no newsletter of a cadence. Six queries for any number of people."""
    newsletter = Newsletter.objects.filter(announcement=announcement).first() if announcement.pk else None
    if newsletter is None:
        return None
    picks = NewsletterPick.objects.filter(newsletter=newsletter, contact_id__in=list(people)).order_by("contact_id", "position")
    rows = list(picks.values_list("contact_id", "item_id", "reasons"))
    live = _live({item for _contact, item, _reasons in rows})
    done = _done(live, people)
    entries: dict[int, list[NewsletterEntry]] = defaultdict(list)
    for contact_id, item_id, reasons in rows:
        if item_id in live and (item_id, contact_id) not in done:
            entries[contact_id].append(_entry(*live[item_id], contact_id, people[contact_id], reasons, link))
    return {contact_id: tuple(entries[contact_id]) for contact_id in people}


def _live(items: set[int]) -> dict[int, tuple[Announcement, AnnouncementVersion]]:
    rows = Announcement.objects.filter(pk__in=items).exclude(expires_at__lte=timezone.now()).exclude(state=State.CANCELLED)
    versions = AnnouncementVersion.objects.filter(announcement__in=rows, number=F("announcement__approved_version"))
    return {version.announcement_id: (version.announcement, version) for version in versions.select_related("announcement")}


def _done(items: Iterable[int], people: Iterable[int]) -> set[tuple[int, int]]:
    of_them = {"announcement_id__in": list(items), "contact_id__in": list(people)}
    read = Delivery.objects.filter(**of_them, channel=Channel.PORTAL, state=DeliveryState.DELIVERED).exclude(read_at=None)
    acknowledged = Acknowledgement.objects.filter(**of_them)
    return {row for rows in (read, acknowledged) for row in rows.order_by().values_list("announcement_id", "contact_id")}


def _entry(
    announcement: Announcement, version: AnnouncementVersion, contact_id: int, person: Person, reasons, link: Link | None
) -> NewsletterEntry:
    version = version.in_language(person.language)
    title, first_line = title_and_first_line(version, person.values)
    address = address_of(announcement)
    return NewsletterEntry(
        title=title, first_line=first_line, url=link(contact_id, address) if link else address, because=tuple(reasons),
        language=version.language, only_in=only_in(version), why=in_one_line(reasons, person.language),
    )  # fmt: skip


def with_items(values: MergeValues, entries: Iterable[NewsletterEntry], language: str) -> MergeValues:
    return replace(values, items_html=entries_as_html(entries, language), items_text=entries_as_text(entries, language))


def entries_of(announcement: Announcement, contact: Contact, link: Link | None = None) -> tuple[NewsletterEntry, ...]:
    """The same for one person."""
    if announcement.kind != Kind.NEWSLETTER:
        return ()
    people = merge_values_for([contact.pk], announcement.programme)
    return (entries_for(announcement, people, link) or {}).get(contact.pk, ())


def values_with_items(values: MergeValues, announcement: Announcement, contact: Contact) -> MergeValues:
    """For a preview and a test to oneself."""
    return with_items(values, entries_of(announcement, contact), language_of(contact))
