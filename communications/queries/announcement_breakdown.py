"""Who received, read, clicked, acknowledged and asked: in all, by tier, kind, region, country, function and
language, and the people behind it all.

One statement judges each person once; the figures and the lists are both made of it, so that they cannot disagree."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields

from django.db import connection
from django.db.models import Min
from django.utils.translation import gettext as _

from communications.models import Acknowledgement, Action, Actor, Announcement, EngagementEvent, LinkCount
from communications.queries.archives import archived_report_of
from communications.queries.portfolio import EVERYONE, Portfolio
from partners.models import Partner

PEOPLE_A_PAGE = 50

# `machine_…`: only something that looks like a machine did it. Reading is either having it on the screen or opening the mail.
_JUDGED = """
    WITH person AS (
        SELECT contact_id, min(partner_id) AS partner_id, max(variant) AS variant, bool_or(state = 'delivered') AS received,
               bool_or(read_at IS NOT NULL) AS seen
        FROM communications_delivery
        WHERE announcement_id = %(announcement)s AND (%(whole)s OR partner_id = ANY(%(partners)s)) GROUP BY contact_id
    ), touched AS (
        SELECT contact_id,
               bool_or(action = 'opened' AND actor = 'human') AS opened, bool_or(action = 'opened') AS any_opened,
               bool_or(action = 'clicked' AND actor = 'human') AS clicked, bool_or(action = 'clicked') AS any_clicked
        FROM communications_touch WHERE announcement_id = %(announcement)s GROUP BY contact_id
    ), place AS (
        SELECT DISTINCT ON (partner_id) partner_id, kind_id, tier_id FROM partners_enrolment WHERE ends_on IS NULL
        ORDER BY partner_id, programme_id <> %(programme)s, NOT is_primary, id
    ), judged AS (
        SELECT person.contact_id, person.partner_id, person.variant, person.received, person.seen,
               coalesce(opened, false) AS opened, coalesce(any_opened AND NOT opened, false) AS machine_opened,
               (seen OR coalesce(opened, false)) AS read,
               coalesce(any_opened, false) AND NOT seen AND NOT coalesce(opened, false) AS machine_read,
               coalesce(clicked, false) AS clicked, coalesce(any_clicked AND NOT clicked, false) AS machine_clicked,
               acknowledged.contact_id IS NOT NULL AS acknowledged, asked.contact_id IS NOT NULL AS asked,
               coalesce(tier.name, '') AS tier, coalesce(kind.name, '') AS kind,
               coalesce(places.region, '') AS region, partner.country, partner.name AS partner,
               array_to_string(ARRAY(SELECT unnest(contact.functions) ORDER BY 1), ', ') AS function,
               coalesce(nullif(contact.language, ''), partner.language) AS language
        FROM person
        JOIN partners_partner AS partner ON partner.id = person.partner_id
        JOIN partners_contact AS contact ON contact.id = person.contact_id
        LEFT JOIN touched ON touched.contact_id = person.contact_id
        LEFT JOIN (SELECT contact_id FROM communications_acknowledgement WHERE announcement_id = %(announcement)s)
            AS acknowledged ON acknowledged.contact_id = person.contact_id
        LEFT JOIN (SELECT DISTINCT contact_id FROM communications_question WHERE announcement_id = %(announcement)s)
            AS asked ON asked.contact_id = person.contact_id
        LEFT JOIN place ON place.partner_id = person.partner_id
        LEFT JOIN (SELECT row.partner_id, string_agg(region.name, ', ' ORDER BY region.name) AS region
                   FROM partners_partnerregion AS row JOIN partners_region AS region ON region.id = row.region_id
                   GROUP BY row.partner_id) AS places ON places.partner_id = person.partner_id
        LEFT JOIN partners_tier AS tier ON tier.id = place.tier_id
        LEFT JOIN partners_partnerkind AS kind ON kind.id = place.kind_id
    )
"""
FIGURES = {
    "audience": "TRUE",
    "received": "received",
    "not_received": "NOT received",
    "seen": "seen",
    "opened": "opened",
    "machine_opened": "machine_opened",
    "read": "read",
    "machine_read": "machine_read",
    "clicked": "clicked",
    "machine_clicked": "machine_clicked",
    "acknowledged": "acknowledged",
    "asked": "asked",
}
_FOLLOWED = """judged.contact_id IN (SELECT contact_id FROM communications_engagementevent
    WHERE announcement_id = %(announcement)s AND action = 'clicked' AND actor = 'human' AND link = %(link)s)"""
_COUNTED = ("received", "read", "machine_read", "clicked", "machine_clicked", "acknowledged", "asked")
_COUNTS = ", ".join(f"count(*) FILTER (WHERE {name})" for name in _COUNTED)
# A partner in two regions stands in a group of its own, “DACH, Nordics”, and a person with two functions in “sales, technical”, so
# that each group counts each person once.
GROUPS = ("tier", "kind", "region", "country", "function", "language", "variant")
# grouping() has a bit for each column that is summed over, the first column's the highest.
_ALL = 2 ** len(GROUPS) - 1
_GROUP_OF = {_ALL - 2 ** (len(GROUPS) - 1 - place): place for place in range(len(GROUPS))}


@dataclass(frozen=True)
class Line:
    """People of one group. `key` is the value it is grouped by, "" for unknown."""

    key: str
    audience: int = 0
    received: int = 0
    read: int = 0
    machine_read: int = 0
    clicked: int = 0
    machine_clicked: int = 0
    acknowledged: int = 0
    asked: int = 0

    def figures(self) -> dict[str, int]:
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "key"}


@dataclass(frozen=True)
class Breakdown:
    total: Line
    by: dict[str, tuple[Line, ...]]

    def as_dict(self) -> dict:
        lines = {name: [{"key": line.key, **line.figures()} for line in group] for name, group in self.by.items()}
        return {"total": self.total.figures(), "by": lines}


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    partner: str
    partner_public_id: str
    contact_id: int


@dataclass(frozen=True)
class LinkClicks:
    url: str
    people: int
    machines: int


@dataclass(frozen=True)
class PartnerAnswers:
    """Which partners acknowledged and which, having been reached, have not."""

    done: tuple[Partner, ...]
    missing: tuple[Partner, ...]

    @property
    def all(self) -> int:
        return len(self.done) + len(self.missing)


def breakdown_of(announcement: Announcement, portfolio: Portfolio = EVERYONE) -> Breakdown:
    """One query, whatever the size, after one that asks whether it was archived."""
    if kept := archived_report_of(announcement, portfolio):
        return _breakdown_from(kept.breakdown)
    sets = ", ".join(f"({name})" for name in GROUPS)
    sql = f"""{_JUDGED} SELECT grouping({", ".join(GROUPS)}), {", ".join(GROUPS)}, count(*), {_COUNTS}
              FROM judged GROUP BY GROUPING SETS ((), {sets})"""  # noqa: S608 - only names written above
    found: dict[str, list[Line]] = {name: [] for name in ("total", *GROUPS)}
    with connection.cursor() as cursor:
        cursor.execute(sql, _parameters(announcement, portfolio))
        for mask, *row in cursor.fetchall():
            keys, counts = row[: len(GROUPS)], row[len(GROUPS) :]
            name, key = ("total", "") if mask == _ALL else (GROUPS[_GROUP_OF[mask]], keys[_GROUP_OF[mask]])
            found[name].append(Line(key or "", *counts))
    ranked = {name: tuple(sorted(found[name], key=lambda line: (-line.audience, line.key))) for name in GROUPS}
    return Breakdown(found["total"][0], ranked)


def _breakdown_from(kept: dict) -> Breakdown:
    groups = {name: tuple(Line(**line) for line in lines) for name, lines in kept["by"].items()}
    return Breakdown(Line("", **kept["total"]), groups)


def people_behind(
    announcement: Announcement, figure: str, portfolio: Portfolio = EVERYONE, *, where: dict[str, str], page: int = 1
) -> list[Person]:
    """One page of the people that `figure` counts, and one more when there is another page.
    `where` narrows by one of `GROUPS` or the number of a link."""
    conditions, parameters = [FIGURES[figure]], _parameters(announcement, portfolio)
    for name in GROUPS:
        if name in where:
            conditions.append(f"judged.{name} = %({name})s")
            parameters[name] = where[name]
    if "link" in where:
        conditions.append(_FOLLOWED)
        parameters["link"] = int(where["link"])
    sql = f"""{_JUDGED} SELECT contact.name, contact.email, judged.partner, partner.public_id, contact.id
              FROM judged JOIN partners_contact AS contact ON contact.id = judged.contact_id
              JOIN partners_partner AS partner ON partner.id = judged.partner_id
              WHERE {" AND ".join(conditions)} ORDER BY judged.partner, contact.name, contact.id
              LIMIT %(limit)s OFFSET %(offset)s"""  # noqa: S608 - conditions are written above, values are parameters
    parameters |= {"limit": PEOPLE_A_PAGE + 1, "offset": (page - 1) * PEOPLE_A_PAGE}
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [Person(*row) for row in cursor.fetchall()]


def clicks_by_link(announcement: Announcement, portfolio: Portfolio = EVERYONE) -> list[LinkClicks]:
    """Each link of the approved text, in its order; people counted once for each link. Of everyone, from counters."""
    version = announcement.versions.filter(number=announcement.approved_version).first()
    if kept := archived_report_of(announcement, portfolio):
        return [LinkClicks(url, *counted) for url, counted in zip(version.links if version else (), kept.links, strict=True)]
    counted = _followers_counted(announcement) if portfolio.is_whole else _followers_in(portfolio, announcement)
    return [
        LinkClicks(url, counted.get((number, Actor.HUMAN), 0), counted.get((number, Actor.MACHINE), 0))
        for number, url in enumerate(version.links if version else ())
    ]


def _followers_counted(announcement: Announcement) -> dict[tuple[int, str], int]:
    rows = LinkCount.objects.filter(announcement_id=announcement.pk).values_list("link", "actor", "people")
    return {(link, actor): people for link, actor, people in rows}


def _followers_in(portfolio: Portfolio, announcement: Announcement) -> dict[tuple[int, str], int]:
    """From the hits of a manager's partners. Whoever followed a link also as a person counts as one."""
    clicks = EngagementEvent.objects.filter(announcement_id=announcement.pk, action=Action.CLICKED, contact__isnull=False)
    people = portfolio.narrowed(clicks, announcement).values("link", "contact_id").annotate(first=Min("actor"))
    return Counter(people.values_list("link", "first"))


def acknowledgement_by_partner(announcement: Announcement, portfolio: Portfolio = EVERYONE) -> PartnerAnswers:
    kept = archived_report_of(announcement, portfolio)
    reached = Partner.objects.filter(pk__in=kept.reached if kept else portfolio.deliveries_of(announcement).values("partner_id"))
    done_ids = set(Acknowledgement.objects.filter(announcement=announcement).values_list("partner_id", flat=True))
    partners: list[Partner] = list(reached.only("public_id", "name").order_by("name", "pk"))
    return PartnerAnswers(
        tuple(partner for partner in partners if partner.pk in done_ids),
        tuple(partner for partner in partners if partner.pk not in done_ids),
    )


def group_labels() -> Iterator[tuple[str, str]]:
    yield from {
        "tier": _("Tier"), "kind": _("Kind"), "region": _("Region"), "country": _("Country"), "function": _("Function"),
        "language": _("Language"),
    }.items()  # fmt: skip


def _parameters(announcement: Announcement, portfolio: Portfolio) -> dict:
    counted = {"whole": portfolio.is_whole, "partners": list(portfolio.partner_ids or ())}
    return {"announcement": announcement.pk, "programme": announcement.programme_id, **counted}
