"""What is known of the partners that a file speaks of: loaded for a batch with a fixed number of queries, whatever its size."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from context.imports.checking import Checked
from context.imports.ledger_rows import Kept, Said, load_kept
from context.imports.mapping import Mapping
from context.imports.vocabulary import Vocabulary
from context.models import Fact
from context.queries.facts import STANDS, ranked
from partners.models import Contact, Enrolment, Partner, PartnerKey

# A data point, and whose value: the partner's (empty), that of its place in a programme (key), or a person's (number).
SaidOf = tuple[str, str | int]
_ALONE: tuple[tuple, ...] = ((),)
_CONTACT = ("name", "email", "functions", "job_title", "phone", "language", "time_zone")


@dataclass(slots=True, eq=False)
class Known:
    """A partner, kept for the whole file: who it is, which rows were about it, and `places`: programmes that an earlier snapshot
    named. `pk` is None until it is written. Of people and of things of the ledger that rows spoke of only what tells them apart
    is kept, since there may be many."""

    name: str
    keys: dict[str, str]
    pk: int | None = None
    rows: dict[str, int] = field(default_factory=dict)
    places: set[str] = field(default_factory=set)
    said: int = 0
    contacts_seen: dict[str, int] | None = None
    things_seen: dict[int, tuple[tuple, ...]] | None = None
    former_ids: frozenset[str] = frozenset()  # external ids of partners that were merged into it

    def has_seen(self, said: Said) -> bool:
        return any(said.is_near(near) for near in (self.things_seen or {}).get(hash(said.thing), ()))

    def note_thing(self, said: Said) -> None:
        self.things_seen = self.things_seen or {}
        before = self.things_seen.get(hash(said.thing), ())
        self.things_seen[hash(said.thing)] = (*before, said.near) if before or said.near else _ALONE


@dataclass(slots=True)
class Place:
    pk: int
    values: dict[str, str]


@dataclass(slots=True)
class Details:
    """What is kept of a partner, for one batch. By data point and whose value it is (`SaidOf`): `claims` is what this source
    said last, `verified` where a fresh verified value stands, `newest` when another source last saw a value."""

    columns: dict[str, str] = field(default_factory=dict)
    enrolments: dict[str, Place] = field(default_factory=dict)
    claims: dict[SaidOf, Any] = field(default_factory=dict)
    verified: set[SaidOf] = field(default_factory=set)
    newest: dict[SaidOf, datetime] = field(default_factory=dict)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    kept: dict[tuple, list[Kept]] = field(default_factory=dict)
    has_primary: bool = False

    def contact(self, wanted: dict[str, Any]) -> dict[str, Any] | None:
        """By address; else by name, when one of the two has no address."""
        email, name = wanted.get("email", ""), wanted["name"].casefold()
        same_address = (person for person in self.contacts if email and person["email"].lower() == email)
        same_name = (person for person in self.contacts if person["name"].casefold() == name and not (email and person["email"]))
        return next(same_address, None) or next(same_name, None)


class Knowledge:
    def __init__(self, mapping: Mapping, source: str, observed_at: datetime):
        self.observed_at = observed_at
        self.vocabulary = Vocabulary(mapping)
        self.source = source
        self.listed_as = mapping.snapshots
        self._systems = [word.removeprefix("key.") for word in mapping.match if word != "name"]
        self._by_name_too = "name" in mapping.match
        self._by_key: dict[tuple[str, str], Known] = {}
        self._by_name: dict[str, list[Known]] = {}
        self._by_pk: dict[int, Known] = {}
        self._details: dict[Known, Details] = {}
        self._added: list[Known] = []

    def load(self, rows: list[Checked]) -> None:
        """Everything that planning these rows asks for."""
        self._details = {known: kept for known, kept in self._details.items() if self.listed_as and known.pk is None}
        # Those of the batch before have been written by now, and are not to be met as somebody else of that name.
        self._by_pk.update({known.pk: known for known in self._added if known.pk})
        self._added = []
        self._load_partners(rows)
        about = {known.pk: known for row in rows if (known := self._quick(row)) and known.pk}
        details = {pk: self._details.setdefault(known, Details()) for pk, known in about.items()}
        if details:
            _load_columns(details)
            _load_enrolments(details)
            as_of = self.observed_at if self.listed_as else None
            _load_claims(details, self.source, as_of)
            _load_other_claims(details, self.source, as_of)
        if details and any(row.contact for row in rows):
            _load_contacts(details)
        said = [each for row in rows for each in row.said]
        if details and said:
            for pk, thing, kept in load_kept(said, list(details), self.source):
                details[pk].kept.setdefault(thing, []).append(kept)

    def begin_snapshot(self, observed_at: datetime) -> None:
        """From here on rows tell of another day: what was said of a partner before was of an earlier one."""
        self.observed_at = observed_at
        for namesakes in self._by_name.values():
            for known in namesakes:
                known.places.update(known.rows)
                known.rows, known.said, known.contacts_seen, known.things_seen = {}, 0, None, None

    def find(self, row: Checked) -> Known | None:
        """The partner that the row speaks of. `Invalid` when it could be several."""
        by_key = {id(known): known for word, key in _keys_of(row) if (known := self._by_key.get((word, key)))}
        if len(by_key) > 1:
            raise Invalid(
                _("Its keys belong to different partners: %(names)s.")
                % {"names": ", ".join(known.name for known in by_key.values())}
            )
        found = next(iter(by_key.values()), None) or self._named(row)
        if found and self._contradicts(row, found):
            words = {"name": found.name, "key": found.keys.get("external_id")}
            raise Invalid(_("%(name)s is known under another external id (%(key)s).") % words)
        return found

    def add(self, row: Checked) -> Known:
        known = Known(name=row.name, keys={})
        self._added.append(known)
        self._details[known] = Details()
        return known

    def details_of(self, known: Known) -> Details:
        return self._details.setdefault(known, Details())

    def note(self, row: Checked, known: Known) -> None:
        """The row has been planned: later rows meet it."""
        known.rows.setdefault(row.programme, row.record.number)
        known.said = known.said or row.says_of_partner
        known.keys.update({word: key for word, key in _keys_of(row) if key not in known.former_ids})
        if row.contact:
            known.contacts_seen = known.contacts_seen or {}
            known.contacts_seen.setdefault(row.person, row.says_of_person)
        for said in row.said:
            known.note_thing(said)
        self._index(known)

    def _index(self, known: Known) -> None:
        for word, key in known.keys.items():
            self._by_key[(word, key)] = known
        namesakes = self._by_name.setdefault(known.name.casefold(), [])
        if known not in namesakes:
            namesakes.append(known)
        if known.pk:
            self._by_pk[known.pk] = known

    def _quick(self, row: Checked) -> Known | None:
        try:
            return self.find(row)
        except Invalid:
            return None

    def _named(self, row: Checked) -> Known | None:
        """A partner of this name, when nothing that both have a key for tells them apart."""
        if not self._by_name_too:
            return None
        own = dict(_keys_of(row))
        namesakes = [
            known
            for known in self._by_name.get(row.name.casefold(), [])
            if not any(word in own and word in known.keys and known.keys[word] != own[word] for word in self._systems)
        ]
        if len(namesakes) > 1:
            raise Invalid(
                _("There are several partners called “%(name)s”. Add a key, such as the external id.") % {"name": row.name}
            )
        return namesakes[0] if namesakes else None

    def _contradicts(self, row: Checked, found: Known) -> bool:
        held = found.keys.get("external_id")
        return bool(row.external_id and held and held != row.external_id and row.external_id not in found.former_ids)

    def _load_partners(self, rows: list[Checked]) -> None:
        pairs = {pair for row in rows for pair in _keys_of(row)} - self._by_key.keys()
        ids = [key for word, key in pairs if word == "external_id"]
        # Each by its own index; one condition with OR would read the whole table.
        wanted = [Partner.objects.filter(external_id__in=ids), _keys_among(pairs)]
        if self._by_name_too:
            wanted.append(Partner.objects.filter(name__in={row.name for row in rows}))
        found = {pk for partners in wanted for pk in partners.values_list("pk", flat=True)}
        # A partner that was merged leads to the one it is now; the key it had leads there, too.
        merged = {pk: into for pk, into in Partner.objects.filter(pk__in=found).values_list("pk", "merged_into") if into}
        meant = (found - merged.keys()) | set(merged.values())
        partners = {row[0]: row[1:] for row in Partner.objects.filter(pk__in=meant).values_list("pk", "name", "external_id")}
        keys: dict[int, dict[str, str]] = {pk: {} for pk in partners}
        for pk, system, value in PartnerKey.objects.filter(partner__in=partners).values_list("partner", "system", "value"):
            keys[pk][system] = value
        for pk, (name, external_id) in partners.items():
            if pk not in self._by_pk:
                own = keys[pk] | ({"external_id": external_id} if external_id else {})
                self._index(Known(name=name, keys=own, pk=pk))
        if merged:
            self._index_former(merged)

    def _index_former(self, merged: dict[int, int]) -> None:
        for pk, name, external_id in Partner.objects.filter(pk__in=merged).values_list("pk", "name", "external_id"):
            known = self._by_pk[merged[pk]]
            if external_id:
                known.former_ids |= {external_id}
                self._by_key[("external_id", external_id)] = known
            namesakes = self._by_name.setdefault(name.casefold(), [])
            if known not in namesakes:
                namesakes.append(known)


def _keys_of(row: Checked) -> list[tuple[str, str]]:
    return [*((("external_id", row.external_id),) if row.external_id else ()), *row.keys.items()]


def _keys_among(pairs: set[tuple[str, str]]):
    systems = {word for word, _key in pairs if word != "external_id"}
    keys = PartnerKey.objects.filter(system__in=systems, value__in={key for word, key in pairs if word in systems})
    return Partner.objects.filter(pk__in=keys.values("partner"))


def _load_columns(details: dict[int, Details]) -> None:
    names = ("legal_name", "country", "time_zone", "language", "website", "description")
    for row in Partner.objects.filter(pk__in=details).values("pk", "name", *names):
        details[row.pop("pk")].columns = row


def _load_enrolments(details: dict[int, Details]) -> None:
    rows = Enrolment.objects.current().filter(partner__in=details)
    wanted = rows.values_list("partner", "pk", "programme__key", "kind__key", "tier__key", "status", "stage", "is_primary")
    for partner, pk, programme, kind, tier, status, stage, is_primary in wanted:
        values = {"kind": kind, "tier": tier, "status": status, "stage": stage}
        details[partner].enrolments[programme] = Place(pk, values)
        details[partner].has_primary |= is_primary


def _load_claims(details: dict[int, Details], source: str, as_of: datetime | None) -> None:
    facts = Fact.objects.filter(partner__in=details, source=source).order_by("pk")
    if as_of:
        facts = facts.filter(observed_at__lte=as_of).order_by("observed_at", "pk")
    rows = facts.values_list("partner", "data_point__key", "programme__key", "contact", "value")
    for partner, key, programme, contact, value in rows:
        details[partner].claims[(key, contact or programme or "")] = value


def _load_other_claims(details: dict[int, Details], source: str, as_of: datetime | None) -> None:
    """With `as_of`, what this source itself said of a later day counts as another's."""
    facts = ranked(Fact.objects.filter(partner__in=details)).filter(
        Q(rank=STANDS) | ~Q(source=source) | (Q(observed_at__gt=as_of) if as_of else Q(pk=None))
    )
    rows = facts.order_by("observed_at").values_list(
        "partner", "data_point__key", "programme__key", "contact", "rank", "source", "observed_at"
    )
    for partner, key, programme, contact, rank, said_by, observed_at in rows:
        place = (key, contact or programme or "")
        if rank == STANDS:
            details[partner].verified.add(place)
        if said_by != source or (as_of and observed_at > as_of):
            details[partner].newest[place] = observed_at


def _load_contacts(details: dict[int, Details]) -> None:
    for row in (
        Contact.objects.filter(partner__in=details)
        .order_by(F("left_on").asc(nulls_first=True), "pk")
        .values("id", "partner", "left_on", *_CONTACT)
    ):
        details[row.pop("partner")].contacts.append(row)
