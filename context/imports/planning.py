"""What each row would do: new, changed, unchanged or refused, and why. Decides, writes nothing.

A record meets what is known. The first row that speaks of a partner in a file decides about the partner itself; what a
later row, for another programme, says differently is kept as a fact of its place in that programme."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.refusals import Invalid
from context.imports.checking import Checked, check_record
from context.imports.knowledge import Details, Knowledge, Known
from context.imports.ledger_rows import PlannedRow, Said, plan_row
from context.imports.shaping import Record
from context.imports.vocabulary import Vocabulary

NEW, CHANGED, UNCHANGED, REFUSED = "new", "changed", "unchanged", "refused"
_OF_A_PARTNER = ("name", "legal_name", "country", "time_zone", "language", "website", "description")
_OF_AN_ENROLMENT = ("kind", "tier", "status", "stage")
_MAY_END = ("kind", "tier")


@dataclass
class RowPlan:
    record: Record
    outcome: str = UNCHANGED
    reason: str = ""
    known: Known | None = None
    is_new_partner: bool = False
    columns: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    programme: str = ""
    is_new_enrolment: bool = False
    place: dict[str, Any] = field(default_factory=dict)
    facts: list[tuple[str, str, Any]] = field(default_factory=list)
    observed_at: datetime | None = None
    contact: dict[str, Any] = field(default_factory=dict)
    contact_id: int | None = None
    is_new_contact: bool = False
    contact_facts: list[tuple[str, Any]] = field(default_factory=list)
    rows: list[PlannedRow] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)


def check_batch(records: list[Record], vocabulary: Vocabulary) -> list[Checked | RowPlan]:
    """Each record with its values sound, or its refusal. Asks no database."""
    return [_checked(record, vocabulary) for record in records]


def plan_batch(checked: list[Checked | RowPlan], knowledge: Knowledge) -> list[RowPlan]:
    """One plan for each record, in order. `knowledge` is told of each row, so that later ones meet it."""
    knowledge.load([row for row in checked if isinstance(row, Checked)])
    return [row if isinstance(row, RowPlan) else _plan(row, knowledge) for row in checked]


def _checked(record: Record, vocabulary: Vocabulary) -> Checked | RowPlan:
    try:
        return check_record(record, vocabulary)
    except Invalid as refusal:
        return RowPlan(record, REFUSED, reason=str(refusal))


def _plan(row: Checked, knowledge: Knowledge) -> RowPlan:
    try:
        known = knowledge.find(row)
        if known is not None:
            _check_not_said_before(row, known)
        rows = _ledger_rows(row, known, knowledge)
    except Invalid as refusal:
        return RowPlan(row.record, REFUSED, reason=str(refusal))
    plan = RowPlan(row.record, known=known, is_new_partner=known is None, programme=row.programme)
    plan.observed_at = _observed_at(row, knowledge)
    if known is None:
        plan.known = known = knowledge.add(row)
    details = knowledge.details_of(known)
    _plan_partner(plan, row, details)
    _plan_enrolment(plan, row, details, knowledge)
    if knowledge.listed_as:
        _plan_fact(plan, details, knowledge.listed_as, row.programme, True)
    _plan_contact(plan, row, details)
    plan.rows = rows
    plan.changes += [planned.in_words for planned in rows]
    knowledge.note(row, known)
    plan.outcome = _outcome(plan)
    return plan


def _observed_at(row: Checked, knowledge: Knowledge) -> datetime:
    return start_of(row.observed_on) or knowledge.observed_at


def _ledger_rows(row: Checked, known: Known | None, knowledge: Knowledge) -> list[PlannedRow]:
    if not row.said:
        return []
    details = knowledge.details_of(known) if known else Details()
    now = {"source": knowledge.source, "observed_at": _observed_at(row, knowledge)}
    about = (_of_known_person(said, row, details) for said in row.said)
    planned = (plan_row(said, details.kept.get(said.thing, []), **now) for said in about)
    return [each for each in planned if each]


def _of_known_person(said: Said, row: Checked, details: Details) -> Said:
    person = details.contact(row.contact) if said.is_personal else None
    return said.of_person(person["id"]) if person else said


def start_of(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, tzinfo=UTC) if day else None


def _outcome(plan: RowPlan) -> str:
    if plan.is_new_partner or plan.is_new_enrolment:
        return NEW
    if not (plan.columns or plan.keys or plan.place or plan.facts or plan.contact or plan.contact_facts or plan.rows):
        return UNCHANGED
    if not plan.changes:
        plan.changes.append(_words_for_no_visible_change(plan))
    return CHANGED


def _words_for_no_visible_change(plan: RowPlan) -> str:
    if plan.is_new_contact:
        return _("contact: %(name)s") % {"name": plan.contact["name"]}
    if noted := len(plan.facts) + len(plan.contact_facts):
        sentence = ngettext("%(count)d value noted with this source", "%(count)d values noted with this source", noted)
        return sentence % {"count": noted}
    return _("key: %(keys)s") % {"keys": ", ".join(plan.keys) or "external_id"}


def _check_not_said_before(row: Checked, known: Known) -> None:
    before = known.rows.get(row.programme)
    if before is None:
        return
    if not row.contact and not row.said:
        raise Invalid(_("Row %(row)d is about the same partner in the same programme. Keep one of them.") % {"row": before})
    for said in row.said:
        if known.has_seen(said):
            raise Invalid(str(said.kind.twice))
    if row.contact and _is_person_seen(row, known) and not (row.said and _says_the_same_of_person(row, known)):
        raise Invalid(_("An earlier row is about the same person at this partner. Keep one of them."))
    if row.says_of_partner and known.said and row.says_of_partner != known.said:
        raise Invalid(
            _("Row %(row)d says something else about this partner. Let both rows agree, or leave the partner's columns here empty.")
            % {"row": before}
        )


def _is_person_seen(row: Checked, known: Known) -> bool:
    return row.person in (known.contacts_seen or ())


def _says_the_same_of_person(row: Checked, known: Known) -> bool:
    """As a table does that names the contact beside each of a partner's figures."""
    return (known.contacts_seen or {}).get(row.person) == row.says_of_person


def _plan_partner(plan: RowPlan, row: Checked, details: Details) -> None:
    plan.keys = {system: key for system, key in row.keys.items() if plan.known.keys.get(system) != key}
    if row.external_id and row.external_id not in {plan.known.keys.get("external_id"), *plan.known.former_ids}:
        plan.columns["external_id"] = row.external_id
    said_before = bool(plan.known.rows)
    for name in _OF_A_PARTNER:
        if name in row.partner:
            _plan_column(plan, name, row, details, said_before)
    for key, value in row.facts.items():
        programme = row.programme if said_before and details.claims.get((key, ""), value) != value else ""
        _plan_fact(plan, details, key, programme, value)


def _plan_column(plan: RowPlan, name: str, row: Checked, details: Details, said_before: bool) -> None:
    value = row.partner[name]
    if said_before and (name, "") in details.claims:
        if details.claims[(name, "")] != value:
            _plan_fact(plan, details, name, row.programme, value)
        return
    if name in row.constants:
        plan.columns.update({name: value} if plan.is_new_partner else {})
        return
    if not _plan_fact(plan, details, name, "", value):
        return
    if _other_stands(plan, details, name, "") or details.columns.get(name, "") == value:
        return
    plan.columns[name] = value
    _say(plan, name, details.columns.get(name, ""), value)


def _plan_fact(plan: RowPlan, details: Details, key: str, programme: str, value: Any) -> bool:
    """Whether this source says something that it has not said already."""
    if details.claims.get((key, programme)) == value:
        return False
    details.claims[(key, programme)] = value
    plan.facts.append((key, programme, value))
    return True


def _other_stands(plan: RowPlan, details: Details, key: str, place: str | int) -> bool:
    """Someone has verified another value, or another source has seen it later than this file: the row is only a claim."""
    newest = details.newest.get((key, place))
    return (key, place) in details.verified or (newest is not None and newest > plan.observed_at)


def _plan_enrolment(plan: RowPlan, row: Checked, details: Details, knowledge: Knowledge) -> None:
    current = details.enrolments.get(row.programme)
    plan.is_new_enrolment = current is None and row.programme not in plan.known.rows and row.programme not in plan.known.places
    for name in _OF_AN_ENROLMENT:
        if name not in row.place:
            if knowledge.listed_as and name in _MAY_END:
                _plan_end(plan, row, details, name)
            continue
        if name in row.constants:
            plan.place.update({name: row.place[name]} if plan.is_new_enrolment else {})
            continue
        told = _plan_fact(plan, details, name, row.programme, row.place[name])
        stands = _other_stands(plan, details, name, row.programme)
        if plan.is_new_enrolment or (told and not stands and current is not None and current.values.get(name) != row.place[name]):
            plan.place[name] = row.place[name]
            _say(plan, name, current.values.get(name) if current else "", row.place[name])
    if plan.is_new_enrolment and row.starts_on:
        plan.place["starts_on"] = row.starts_on


def _plan_end(plan: RowPlan, row: Checked, details: Details, name: str) -> None:
    """A snapshot is the whole list: what it said of a place before and says no longer has ended."""
    if details.claims.get((name, row.programme)) is None:
        return
    _plan_fact(plan, details, name, row.programme, None)
    if row.programme in details.enrolments and not _other_stands(plan, details, name, row.programme):
        plan.place[name] = None
        _say(plan, name, details.enrolments[row.programme].values.get(name), None)


def _plan_contact(plan: RowPlan, row: Checked, details: Details) -> None:
    if not row.contact or _is_person_seen(row, plan.known):
        return
    person = details.contact(row.contact)
    if person and person["left_on"]:
        return
    plan.contact_id = person["id"] if person else None
    plan.is_new_contact = person is None
    for name, value in row.contact.items():
        _plan_contact_column(plan, name, value, details, person)


def _plan_contact_column(plan: RowPlan, name: str, value: Any, details: Details, person: dict[str, Any] | None) -> None:
    """Each value of a person has its source, too."""
    key = f"contact_{name}"
    if person is None:
        plan.contact[name] = value
        plan.contact_facts.append((key, value))
    elif details.claims.get((key, person["id"])) != value:
        plan.contact_facts.append((key, value))
        if not _same(person.get(name), value) and not _other_stands(plan, details, key, person["id"]):
            plan.contact[name] = value
            _say(plan, key, person.get(name), value)


def _same(old: Any, new: Any) -> bool:
    return old == new if isinstance(new, list) else str(old).casefold() == str(new).casefold()


def _say(plan: RowPlan, name: str, old: Any, new: Any) -> None:
    if not plan.is_new_partner and not plan.is_new_enrolment:
        label = name.replace("_", " ")
        plan.changes.append(f"{label}: {_short(old)} → {_short(new)}")


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "–")
    return text if len(text) <= 60 else f"{text[:59]}…"
