"""The certificates, sites, regions and specialties of one partner, as pages show them: one query for all of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import CharField, DateField, DecimalField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

from partners.confidence import Judged, Standing
from partners.models import Partner, PartnerAgreement, Provenance, Site
from partners.visibility import Sight


@dataclass(frozen=True)
class Proof:
    """A file that is kept as evidence."""

    public_id: UUID
    name: str


@dataclass(frozen=True)
class TypedRow(Standing, Judged):
    """A row with where it comes from. What a kind of row does not have is empty: `holder` is of certificates, dates of these and of
    agreements, `programme` to `notice_days` of agreements, `region_countries` of regions, the rest of sites."""

    row_kind: str
    public_id: UUID
    name: str
    source: str
    method: str
    observed_at: datetime
    evidence: str
    evidence_file: Proof | None
    verified_at: datetime | None
    verified_by: str
    disputed_at: datetime | None
    is_stale: bool
    holder: str
    issued_on: date | None
    expires_on: date | None
    programme: str
    agreement_kind: str
    effective_on: date | None
    notice_days: int | None
    region_countries: str
    site_kind: str
    city: str
    country: str
    activities: list[str]
    serves: list[str]
    capacity_value: Decimal | None
    capacity_unit: str

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        return self.expires_on is not None and self.expires_on < timezone.localdate()

    @property
    def agreement_kind_name(self) -> str:
        return str(PartnerAgreement.Kind(self.agreement_kind).label) if self.agreement_kind else ""

    @property
    def notice_by(self) -> date | None:
        """The last day to renew an agreement or to end it."""
        return self.expires_on - timedelta(days=self.notice_days) if self.expires_on and self.notice_days else None

    @property
    def site_kind_name(self) -> str:
        return str(Site.Kind(self.site_kind).label) if self.site_kind else ""

    @property
    def activity_names(self) -> list[str]:
        return [str(Site.Activity(activity).label) for activity in self.activities]


@dataclass(frozen=True)
class TypedRows:
    """By kind; a kind that the reader may not see is empty."""

    certifications: tuple[TypedRow, ...] = ()
    sites: tuple[TypedRow, ...] = ()
    regions: tuple[TypedRow, ...] = ()
    specialties: tuple[TypedRow, ...] = ()
    agreements: tuple[TypedRow, ...] = ()

    def of_kind(self, kind: str) -> tuple[TypedRow, ...]:
        return getattr(self, kind)


KINDS = ("certifications", "sites", "regions", "specialties", "agreements")


def typed_rows_of(partner: Partner, sight: Sight) -> TypedRows:
    """Certificates and agreements by the day they expire, the others by name."""
    kinds = tuple(kind for kind in KINDS if kind not in sight.hidden)
    if not kinds:
        return TypedRows()
    statement, parameters = _statement(kinds)
    with connection.cursor() as cursor:
        cursor.execute(statement, [partner.pk if parameter == _SOMEBODY else parameter for parameter in parameters])
        rows = [_row(dict(zip(_COLUMNS, values, strict=True)), sight) for values in cursor]
    rows.sort(key=lambda row: (row.expires_on or date.max, row.name.casefold()))
    return TypedRows(**{kind: tuple(_of_kind(kind, rows)) for kind in KINDS})


_SOMEBODY = -1  # in the place of a partner's id


@cache
def _statement(kinds: tuple[str, ...]) -> tuple[str, tuple]:
    """One for all these kinds. Putting it together for each page took longer than everything that it asks."""
    lists = [_as_columns(kind, getattr(Partner(pk=_SOMEBODY), kind).counting()) for kind in kinds]
    return lists[0].union(*lists[1:], all=True).query.sql_with_params()


def mark_freshness(kind: str, rows: Iterable[Provenance], sight: Sight) -> None:
    """Give rows that were read by themselves what the page needs to show where they come from."""
    for row in rows:
        row.row_kind, row.is_stale = kind, is_stale(kind, row.observed_at, sight)


def is_stale(kind: str, observed_at: datetime, sight: Sight) -> bool:
    days = sight.days_fresh.get(kind)
    return days is not None and observed_at < timezone.now() - timedelta(days=days)


def _of_kind(kind: str, rows: Iterable[TypedRow]) -> Iterable[TypedRow]:
    return (row for row in rows if row.row_kind == kind)


def _row(values: dict[str, Any], sight: Sight) -> TypedRow:
    stale = is_stale(values["row_kind"], values["observed_at"], sight)
    file, name = values.pop("file_id"), values.pop("file_name")
    return TypedRow(**values, is_stale=stale, evidence_file=Proof(file, name) if file else None)


_NOTHING = Value("", output_field=CharField())
_NO_DAY = Cast(Value(None), DateField())
_NO_NUMBER = Cast(Value(None), DecimalField(max_digits=14, decimal_places=2))
_NO_COUNT = Cast(Value(None), IntegerField())
_NO_LIST = Cast(Value([]), ArrayField(CharField()))
# Columns of every kind by the name they get; what a kind has of its own takes the place of nothing.
_COMMON = {
    "public_id": F("public_id"),
    "source": F("source"),
    "method": F("method"),
    "observed_at": F("observed_at"),
    "evidence": F("evidence"),
    "file_id": F("evidence_file__public_id"),
    "file_name": F("evidence_file__name"),
    "verified_at": F("verified_at"),
    "verified_by": Coalesce(NullIf("verified_by__name", Value("")), "verified_by__email", _NOTHING, output_field=CharField()),
    "disputed_at": F("disputed_at"),
}
_OWN = {
    "holder": _NOTHING,
    "issued_on": _NO_DAY,
    "expires_on": _NO_DAY,
    "programme": _NOTHING,
    "agreement_kind": _NOTHING,
    "effective_on": _NO_DAY,
    "notice_days": _NO_COUNT,
    "region_countries": _NOTHING,
    "site_kind": _NOTHING,
    "city": _NOTHING,
    "country": _NOTHING,
    "activities": _NO_LIST,
    "serves": _NO_LIST,
    "capacity_value": _NO_NUMBER,
    "capacity_unit": _NOTHING,
}
_OF_KIND = {
    "certifications": {
        "name": F("certification__name"),
        "holder": Coalesce("contact__name", _NOTHING),
        "issued_on": F("issued_on"),
        "expires_on": F("expires_on"),
    },
    "sites": {
        "name": F("name"),
        "site_kind": F("kind"),
        **{column: F(column) for column in ("city", "country", "activities", "serves", "capacity_value", "capacity_unit")},
    },
    "regions": {"name": F("region__name"), "region_countries": F("region__countries")},
    "specialties": {"name": F("specialty__name")},
    "agreements": {
        "name": F("title"),
        "programme": Coalesce("programme__name", _NOTHING),
        "agreement_kind": F("kind"),
        "issued_on": F("signed_on"),
        **{column: F(column) for column in ("effective_on", "expires_on", "notice_days")},
    },
}
_COLUMNS = ("row_kind", "name", *_COMMON, *_OWN)


def _as_columns(kind: str, rows: QuerySet[Provenance]) -> QuerySet:
    columns = {"row_kind": Value(kind, output_field=CharField()), **_COMMON, **_OWN, **_OF_KIND[kind]}
    return rows.order_by().values_list(*(columns[name] for name in _COLUMNS))
