"""What a rule may speak of: the registry of fields, and which questions each type of field can be asked.

Some families have no end and so are no rows of the registry: `performance.<metric>`, `fact.<data point>` and, for a value
of the partner's place in one programme, `enrolment.fact.<data point>`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from context.models import DataPoint, Side
from partners.models import Enrolment, PartnerAgreement, Site, Stage


class Subject(StrEnum):
    """Whose value it is. Of a partner there are many enrolments, certificates, agreements, sites and contacts, of the
    others just one."""

    PARTNER = "partner"
    ENROLMENT = "enrolment"
    CERTIFICATE = "certificate"
    AGREEMENT = "agreement"
    SITE = "site"
    CONTACT = "contact"
    PROFILE = "profile"
    DISTRIBUTOR = "distributor"
    PERFORMANCE = "performance"
    FACT = "fact"
    SEGMENT = "segment"
    HAPPENING = "happening"  # see `happenings.py`


ROWS = (Subject.ENROLMENT, Subject.CERTIFICATE, Subject.AGREEMENT, Subject.SITE, Subject.CONTACT)


class Type(StrEnum):
    TEXT = "text"  # compared without regard to case
    CODE = "code"  # compared exactly
    CHOICE = "choice"
    SET = "set"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    SEGMENT = "segment"  # by its id


_ONE = ("eq", "ne", "in", "not_in")
_ORDER = ("lt", "lte", "gt", "gte")
OPERATORS: dict[Type, tuple[str, ...]] = {
    Type.TEXT: (*_ONE, "contains", "starts_with", "is_empty"),
    Type.CODE: (*_ONE, "contains", "starts_with", "is_empty"),
    Type.CHOICE: (*_ONE, "is_empty"),
    Type.SET: ("contains", *_ONE, "is_empty"),
    Type.NUMBER: (*_ORDER, *_ONE, "is_empty"),
    Type.DATE: ("within_days", *_ORDER, *_ONE, "is_empty"),
    Type.YES_NO: ("eq", "ne", "is_empty"),
    Type.SEGMENT: ("in", "not_in", "eq", "ne"),
}


@dataclass(frozen=True)
class Field:
    """`column` is the path from the subject's own row; `vocabulary` names the list its values come from;
    `is_past` marks dates that cannot lie ahead; `names_row` marks the column that says which row it is,
    so that asking whether it is empty asks whether there is any row; `is_fact` marks a data point, whose value is in the
    profile's facts under `column`; `options` are what “only” may ask of a value: that it is verified, that it is fresh."""

    name: str
    label: str
    subject: Subject
    type: Type
    column: str
    vocabulary: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_past: bool = False
    is_moment: bool = False
    names_row: bool = False
    is_fact: bool = False
    options: tuple[str, ...] = ()

    @property
    def operators(self) -> tuple[str, ...]:
        return OPERATORS[self.type]

    @property
    def is_segment(self) -> bool:
        return self.subject == Subject.SEGMENT

    @property
    def is_performance(self) -> bool:
        return self.subject == Subject.PERFORMANCE


VERIFIED, FRESH = "verified", "fresh"
_STANDING = (VERIFIED, FRESH)
P, E, C, G, A = Subject.PARTNER, Subject.ENROLMENT, Subject.CERTIFICATE, Subject.AGREEMENT, Subject.CONTACT
S = Subject.SITE
_AGREEMENTS = tuple(PartnerAgreement.Kind.choices)
_SITES, _ACTIVITIES = tuple(Site.Kind.choices), tuple(Site.Activity.choices)

FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("partner.name", _("name"), P, Type.TEXT, "name"),
        Field("partner.external_id", _("external id"), P, Type.CODE, "external_id"),
        Field("partner.country", _("country"), P, Type.CHOICE, "country", vocabulary="country"),
        Field("partner.language", _("language"), P, Type.CHOICE, "language", vocabulary="language"),
        Field("partner.created", _("date added"), P, Type.DATE, "created_at", is_past=True, is_moment=True),
        Field("partner.region", _("region"), Subject.PROFILE, Type.SET, "regions", vocabulary="region", options=_STANDING),
        Field("partner.specialty", _("specialty"), Subject.PROFILE, Type.SET, "specialties", "specialty", options=_STANDING),
        Field("partner.product", _("product"), Subject.PROFILE, Type.SET, "products", vocabulary="product"),
        Field("partner.distributed_by", _("distributor"), Subject.DISTRIBUTOR, Type.SET, "other"),
        Field("enrolment.programme", _("programme"), E, Type.CHOICE, "programme__key", vocabulary="programme", names_row=True),
        Field("enrolment.kind", _("kind"), E, Type.CHOICE, "kind__key", vocabulary="kind"),
        Field("enrolment.tier", _("tier"), E, Type.CHOICE, "tier__key", vocabulary="tier"),
        Field("enrolment.status", _("status"), E, Type.CHOICE, "status", choices=tuple(Enrolment.Status.choices)),
        Field("enrolment.stage", _("lifecycle stage"), E, Type.CHOICE, "stage", choices=tuple(Stage.choices)),
        Field("enrolment.manager", _("responsible manager"), E, Type.TEXT, "manager__email", vocabulary="manager"),
        Field("enrolment.starts", _("start of enrolment"), E, Type.DATE, "starts_on"),
        Field(
            "certification.key",
            _("certificate"),
            C,
            Type.CHOICE,
            "certification__key",
            "certification",
            names_row=True,
            options=_STANDING,
        ),
        Field(
            "certification.name", _("certificate's name"), C, Type.TEXT, "certification__name", names_row=True, options=_STANDING
        ),
        Field("certification.expires", _("certificate's expiry"), C, Type.DATE, "expires_on", options=_STANDING),
        Field("certification.issued", _("certificate's issue"), C, Type.DATE, "issued_on", is_past=True, options=_STANDING),
        Field("agreement.kind", _("agreement"), G, Type.CHOICE, "kind", choices=_AGREEMENTS, names_row=True, options=_STANDING),
        Field("agreement.title", _("agreement's title"), G, Type.TEXT, "title", names_row=True, options=_STANDING),
        Field("agreement.programme", _("agreement's programme"), G, Type.CHOICE, "programme__key", "programme", options=_STANDING),
        Field("agreement.signed", _("agreement's signing"), G, Type.DATE, "signed_on", is_past=True, options=_STANDING),
        Field("agreement.starts", _("agreement's start"), G, Type.DATE, "effective_on", options=_STANDING),
        Field("agreement.expires", _("agreement's expiry"), G, Type.DATE, "expires_on", options=_STANDING),
        Field("site.kind", _("site"), S, Type.CHOICE, "kind", choices=_SITES, names_row=True, options=_STANDING),
        Field("site.name", _("site's name"), S, Type.TEXT, "name", names_row=True, options=_STANDING),
        Field("site.country", _("site's country"), S, Type.CHOICE, "country", vocabulary="country", options=_STANDING),
        Field("site.city", _("site's city"), S, Type.TEXT, "city", options=_STANDING),
        Field("site.activities", _("site's activity"), S, Type.SET, "activities", choices=_ACTIVITIES, options=_STANDING),
        Field("site.serves", _("country that the site serves"), S, Type.SET, "serves", "country", options=_STANDING),
        Field("site.capacity", _("site's capacity"), S, Type.NUMBER, "capacity_value", options=_STANDING),
        Field("site.capacity_unit", _("unit of the site's capacity"), S, Type.TEXT, "capacity_unit", options=_STANDING),
        Field("contact.function", _("function"), A, Type.SET, "functions", vocabulary="function"),
        Field("contact.language", _("person's language"), A, Type.CHOICE, "language", vocabulary="language"),
        Field("contact.name", _("person's name"), A, Type.TEXT, "name"),
        Field("contact.email", _("e-mail address"), A, Type.TEXT, "email"),
        Field("contact.country", _("person's country"), A, Type.CHOICE, "partner__country", vocabulary="country"),
        Field("contact.is_partner_admin", _("partner admin"), A, Type.YES_NO, "is_partner_admin"),
        Field("segment", _("segment"), Subject.SEGMENT, Type.SEGMENT, "", vocabulary="segment"),
    )
}
ALIASES = {
    "programme": "enrolment.programme",
    "product": "partner.product",
    "region": "partner.region",
    "specialty": "partner.specialty",
    "certification": "certification.key",
}

PERFORMANCE = "performance."
AVERAGE = "performance_average."
FACT = "fact."
ENROLMENT_FACT = "enrolment.fact."

_METRIC = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_FACT_TYPES = {
    DataPoint.Type.TEXT: Type.TEXT,
    DataPoint.Type.NUMBER: Type.NUMBER,
    DataPoint.Type.MONEY: Type.NUMBER,
    DataPoint.Type.DATE: Type.DATE,
    DataPoint.Type.YES_NO: Type.YES_NO,
    DataPoint.Type.CHOICE: Type.CHOICE,
    DataPoint.Type.CHOICES: Type.SET,
    DataPoint.Type.REGIONS: Type.SET,
}


def field_named(name: str, facts: dict[str, Field]) -> Field | None:
    """The field, or None. `facts` are those of `fact_fields`."""
    if name.startswith((PERFORMANCE, AVERAGE)):
        return performance_field(name)
    return FIELDS.get(ALIASES.get(name, name)) or facts.get(name)


def performance_field(name: str, label: str = "") -> Field | None:
    """`label` is what managers call the metric, where they do."""
    family, _dot, metric = name.partition(".")
    if not _METRIC.fullmatch(metric):
        return None
    label = label or metric.replace("_", " ")
    label = _("average %s") % small(label) if family + "." == AVERAGE else label
    return Field(name, label, Subject.PERFORMANCE, Type.NUMBER, metric, options=_STANDING)


def small(name: str) -> str:
    """With a small first letter, but for abbreviations such as OEM."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def fact_fields(points: Iterable[DataPoint] | None = None) -> dict[str, Field]:
    """Every data point is a field at once, but for those that stand for columns of people or for typed rows, and those that
    only the partner may see: rules are managers'."""
    if points is None:
        points = DataPoint.objects.exclude(seen_by=Side.PARTNER)
    points = [point for point in points if point.type in _FACT_TYPES and not _is_of_people(point)]
    fields = [_fact_field(point, FACT, Subject.FACT, point.label) for point in points]
    in_programme = _("%s in the programme")
    fields += [_fact_field(point, ENROLMENT_FACT, Subject.ENROLMENT, in_programme % point.label) for point in points]
    return {field.name: field for field in fields}


def _is_of_people(point: DataPoint) -> bool:
    return point.is_builtin and point.key.startswith("contact_")


def _fact_field(point: DataPoint, family: str, subject: Subject, label: str) -> Field:
    kind = DataPoint.Type(point.type)
    return Field(
        name=family + point.key,
        label=label,
        subject=subject,
        is_fact=True,
        options=(VERIFIED, FRESH),
        type=_FACT_TYPES[kind],
        column=point.key,
        vocabulary="region" if kind == DataPoint.Type.REGIONS else "",
        choices=tuple(point.labelled_choices),
    )
