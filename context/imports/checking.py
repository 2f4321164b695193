"""Whether the values of a record can be kept. The first that cannot refuses the row, with a sentence."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from activity.refusals import Invalid
from context.imports.days import read_day
from context.imports.kinds import said_rows
from context.imports.ledger_rows import Said
from context.imports.mapping import CONTACT_FIELDS, LIST_FIELDS, PARTNER_FIELDS
from context.imports.shaping import Record
from context.imports.vocabulary import Vocabulary
from context.typed_values import typed_value
from partners.actions import checks
from partners.models import Enrolment, Stage

_CHECK_PARTNER: dict[str, Callable[[Any], str]] = {
    "name": lambda value: checks.check_line(value, "name", required=True),
    "legal_name": lambda value: checks.check_line(value, "legal_name"),
    "external_id": lambda value: checks.check_line(value, "external_id"),
    "country": checks.check_country,
    "time_zone": checks.check_time_zone,
    "language": checks.check_language,
    "website": checks.check_website,
    "description": lambda value: checks.check_text(value, "description"),
}
_CHECK_CONTACT: dict[str, Callable[[Any], str]] = {
    "name": lambda value: checks.check_line(value, "contact_name"),
    "email": lambda value: checks.check_email(value, "contact_email"),
    "job_title": lambda value: checks.check_line(value, "contact_job_title"),
    "phone": lambda value: checks.check_line(value, "contact_phone", longest=40),
    "language": lambda value: checks.check_language(value, "contact_language"),
    "time_zone": lambda value: checks.check_time_zone(value, "contact_time_zone"),
}


@dataclass
class Checked:
    """A record whose values are all sound: kinds, tiers and programmes as keys, dates as dates."""

    record: Record
    partner: dict[str, str]
    external_id: str
    keys: dict[str, str]
    programme: str
    place: dict[str, Any]
    facts: dict[str, Any]
    contact: dict[str, Any]
    said: tuple[Said, ...]
    constants: frozenset[str]
    starts_on: date | None = None
    observed_on: date | None = None
    says_of_partner: int = field(default=0)

    @property
    def name(self) -> str:
        return self.partner["name"]

    @property
    def person(self) -> str:
        return person_of(self.contact)

    @property
    def says_of_person(self) -> int:
        return hash(repr(sorted(self.contact.items())))


def person_of(contact: dict[str, Any]) -> str:
    """What tells a person from others of the partner."""
    return contact.get("email") or contact["name"].casefold()


def check_record(record: Record, vocabulary: Vocabulary) -> Checked:
    """Raises `Invalid` with what is wrong and what would be right."""
    if record.problem:
        raise Invalid(record.problem)
    _check_single(record)
    values = record.values
    programme = vocabulary.programme(values.get("programme", ""))
    partner = {name: _CHECK_PARTNER[name](values.get(name)) for name in PARTNER_FIELDS if name == "name" or values.get(name)}
    external_id = partner.pop("external_id", "")
    contact = _contact(values, vocabulary)
    said = said_rows(values, record.constants, vocabulary)
    return Checked(
        record=record,
        partner=partner,
        external_id=external_id,
        keys={system: _key(system, key) for system, key in record.keys.items()},
        programme=programme,
        place=_place(values, programme, vocabulary),
        facts={key: typed_value(vocabulary.data_point(key), value) for key, value in record.facts.items()},
        contact=contact,
        said=tuple(_of_whom(each, contact) for each in said) if said else (),
        constants=record.constants,
        starts_on=read_day(values.get("starts_on"), "starts_on"),
        observed_on=_past_day(values.get("observed_on")),
        says_of_partner=_fingerprint(partner),
    )


def _check_single(record: Record) -> None:
    for name, value in (*record.values.items(), *record.keys.items()):
        if isinstance(value, dict) or (isinstance(value, list) and name not in LIST_FIELDS):
            raise Invalid(_("“%(field)s” is not a single value.") % {"field": name}, field=name)


def _place(values: dict, programme: str, vocabulary: Vocabulary) -> dict[str, Any]:
    place = {}
    if values.get("kind"):
        place["kind"] = vocabulary.kind(values["kind"])
    if values.get("tier"):
        place["tier"] = vocabulary.tier(programme, values["tier"])
    if values.get("status"):
        known = [status for status in Enrolment.Status.values if status != Enrolment.Status.ENDED]
        place["status"] = _one_of(values["status"], known, "status")
    if values.get("stage"):
        place["stage"] = _one_of(values["stage"], Stage.values, "stage")
    return place


def _one_of(value: str, known: list[str], field: str) -> str:
    word = str(value).strip().lower()
    if word not in known:
        raise checks.unknown(value, known, field)
    return word


def _contact(values: dict, vocabulary: Vocabulary) -> dict[str, Any]:
    given = {name.removeprefix("contact_"): values[name] for name in CONTACT_FIELDS if values.get(name)}
    if not given:
        return {}
    if "name" not in given:
        raise Invalid(_("The row has details of a contact, but no contact_name."), field="contact_name")
    functions = given.pop("functions", None)
    contact = {name: _CHECK_CONTACT[name](value) for name, value in given.items()}
    return contact | ({"functions": vocabulary.functions(functions)} if functions else {})


def _of_whom(said: Said, contact: dict[str, Any]) -> Said:
    if not said.is_personal:
        return said
    if not contact:
        sentence = _("The certificate is held by a person, but the row has no contact_name.")
        raise Invalid(sentence, field="contact_name")
    return said.of_person(person_of(contact))


def _key(system: str, key: Any) -> str:
    if len(system) > 60:
        raise Invalid(_("The name of the key “%(name)s” is too long.") % {"name": system[:60]})
    return checks.check_line(key, system, longest=300)


def _past_day(value: Any) -> date | None:
    day = read_day(value, "observed_on")
    if day and day > date.today():  # noqa: DTZ011 - a day in the file has no zone
        raise Invalid(_("“observed_on” lies in the future."), field="observed_on")
    return day


def _fingerprint(partner: dict[str, str]) -> int:
    """0 when the row says nothing but the name."""
    return hash(frozenset(partner.items())) if len(partner) > 1 else 0
