"""What is known of one partner, as managers and the partner's own people read it: each value with its source, age and proof."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from context.models import DataPoint
from context.queries.completeness import Completeness, completeness_of
from context.queries.data_points import OF_A_PARTNER, OF_A_PLACE
from context.queries.facts import CurrentFact, Rival, current_facts
from context.queries.known import Known
from context.queries.ledger_items import FACT
from context.queries.words import Names, value_in_words
from partners.expiry_strip import ExpiryStrip, draw_expiries
from partners.models import Enrolment, Method, Partner
from partners.queries.typed_rows import TypedRow, TypedRows
from partners.queries.world import map_of
from partners.visibility import Sight
from partners.world_map import WorldMap

OWN = "own"  # what the head of the page tells in a sentence: country, tier and the like


@dataclass(frozen=True)
class Said:
    """All values of one thing."""

    label: str
    values: tuple[Known, ...]


@dataclass(frozen=True)
class Section:
    """`topic` is empty for what belongs to no part of its own."""

    topic: str
    label: str
    said: tuple[Said, ...]

    @property
    def is_contested(self) -> bool:
        return any(value.rivals or value.is_disputed for said in self.said for value in said.values)


@dataclass(frozen=True)
class Profile:
    """Sections about which the reader may know nothing are left out; those about which nothing is known are empty. `own` is
    what its own columns and places say, `where` are regions and sites."""

    partner: Partner
    sections: tuple[Section, ...]
    others: Section
    own: Section
    certificates: tuple[tuple[TypedRow, Known], ...]
    expiries: ExpiryStrip
    shows_certificates: bool
    agreements: tuple[tuple[TypedRow, Known], ...]
    where: tuple[Said, ...]
    world: WorldMap
    complete: Completeness
    hidden: frozenset[str]
    known_keys: frozenset[str]


def profile_of(partner: Partner, enrolments: list[Enrolment], *, sight: Sight, rows: TypedRows) -> Profile:
    """`enrolments` are its current ones. Two queries for facts, two more at most for how complete they are."""
    facts = current_facts(partner, among=sight.data_points)
    said = _said(facts, enrolments)
    return Profile(
        partner=partner,
        sections=tuple(_sections(said, sight, rows)),
        others=Section("", _("Also known"), tuple(said.get("", ()))),
        own=Section(OWN, _("Master data"), tuple(said.get(OWN, ()))),
        certificates=tuple((row, known_row(row)) for row in rows.certifications),
        expiries=draw_expiries(rows.certifications, timezone.localdate()),
        shows_certificates="certifications" not in sight.hidden,
        agreements=tuple((row, known_row(row, row.agreement_kind_name)) for row in rows.agreements),
        where=tuple(_where(rows)),
        world=map_of(partner, rows, sight.hidden),
        complete=completeness_of(partner, enrolments, among=sight.data_points, rows=rows),
        hidden=sight.hidden,
        known_keys=frozenset(fact.data_point.key for fact in facts),
    )


def known_row(row: TypedRow, detail: str = "") -> Known:
    return Known(
        kind=row.row_kind,
        public_id=row.public_id,
        value=row.name,
        detail=detail,
        source=row.source,
        method=str(Method(row.method).label),
        observed_at=row.observed_at,
        is_verified=row.is_verified,
        is_disputed=row.is_disputed,
        is_stale=row.is_stale,
        is_expired=row.is_expired,
        decided_by=row.verified_by,
        decided_at=row.verified_at,
        evidence=row.evidence,
        evidence_file=row.evidence_file,
        confidence=row.confidence,
    )


def _sections(said: dict[str, list[Said]], sight: Sight, rows: TypedRows) -> Iterable[Section]:
    asked = {point.topic for point in sight.data_points if not point.retired_at}
    for topic in DataPoint.Topic:
        found = said.get(topic, [])
        if topic == DataPoint.Topic.TECHNICAL and rows.specialties:
            found = [Said(_("Specialties"), tuple(known_row(row) for row in rows.specialties)), *found]
        if found or topic in asked:
            yield Section(topic, str(topic.label), tuple(found))


def _said(facts: list[CurrentFact], enrolments: list[Enrolment]) -> dict[str, list[Said]]:
    """By topic. What belongs to one of several programmes names it."""
    programmes = {row.programme_id: row.programme.name for row in enrolments}
    found: dict[str, list[Said]] = {}
    names = Names(enrolments)
    for fact in facts:
        label = fact.data_point.label
        if fact.programme_id in programmes and len(programmes) > 1:
            label = f"{label} · {programmes[fact.programme_id]}"
        found.setdefault(_topic_of(fact.data_point), []).append(Said(label, (_known_fact(fact, names),)))
    return found


def _topic_of(point: DataPoint) -> str:
    return OWN if point.is_builtin and point.key in (*OF_A_PARTNER, *OF_A_PLACE) else point.topic


def _known_fact(fact: CurrentFact, names: Names) -> Known:
    return Known(
        kind=FACT,
        public_id=fact.public_id,
        value=value_in_words(fact.data_point, fact.value, names),
        source=fact.source,
        method=str(Method(fact.method).label),
        observed_at=fact.observed_at,
        is_verified=fact.is_verified,
        is_disputed=fact.is_disputed,
        is_stale=fact.is_stale,
        decided_by=fact.decided_by,
        decided_at=fact.decided_at,
        evidence=fact.evidence,
        evidence_file=fact.evidence_file,
        confidence=fact.confidence,
        rivals=tuple(_known_rival(rival, fact, names) for rival in fact.rivals),
    )


def _known_rival(rival: Rival, fact: CurrentFact, names: Names) -> Known:
    value = value_in_words(rival.data_point, rival.value, names)
    beside = _("Claimed since") if fact.is_verified and not fact.is_stale else _("Also claimed")
    return Known(FACT, rival.public_id, value, rival.source, rival.observed_at, beside=beside)


def _where(rows: TypedRows) -> Iterable[Said]:
    if rows.regions:
        yield Said(_("Regions"), tuple(known_row(row) for row in rows.regions))
    if rows.sites:
        yield Said(_("Sites"), tuple(known_row(row, _site_detail(row)) for row in rows.sites))


def _site_detail(row: TypedRow) -> str:
    place = ", ".join(filter(None, (row.city, row.country)))
    return " · ".join(filter(None, (row.site_kind_name, place, ", ".join(row.activity_names))))
