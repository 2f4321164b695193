"""The typed rows that are held about an organisation, of all kinds in one query."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import CharField, DateField, DecimalField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.formats import number_format

from context.models import ROWS, Metric
from context.periods import period_in_words
from context.queries.metrics import said
from partners.confidence import Standing
from partners.models import Method, Partner
from partners.unions import numbered_rows

_COMMON = (
    "public_id", "source", "method", "observed_at", "recorded_at", "verified_at", "disputed_at", "evidence", "evidence_file_id",
)  # fmt: skip
_NAMED = {
    "regions": "region__name",
    "sites": "name",
    "specialties": "specialty__name",
    "certifications": "certification__name",
    "agreements": "title",
}
_NOTHING, _NO_DAY = Value("", CharField()), Cast(Value(None), DateField())
_NO_NUMBER = Cast(Value(None), DecimalField(max_digits=18, decimal_places=4))
_LABEL = Metric.objects.filter(key=OuterRef("metric")).order_by().values("label")[:1]
_OF_FIGURES = (
    Coalesce(Subquery(_LABEL), _NOTHING), F("period_start"), F("period_end"), F("value"), F("unit"),
    Coalesce("product__name", _NOTHING), Coalesce("product__version", _NOTHING), Coalesce("region__name", _NOTHING), F("industry"),
)  # fmt: skip
_OF_OTHERS = (_NOTHING, _NO_DAY, _NO_DAY, _NO_NUMBER, _NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING)


@dataclass(frozen=True)
class HeldRow(Standing):
    """`name` is that of a figure's metric where it is a figure; what is below it is of figures alone."""

    kind: str
    public_id: UUID
    source: str
    method: str
    observed_at: datetime
    recorded_at: datetime
    verified_at: datetime | None
    disputed_at: datetime | None
    evidence: str
    evidence_file_id: int | None
    name: str
    label: str
    period_start: date | None
    period_end: date | None
    value: Decimal | None
    unit: str
    product: str
    version: str
    region: str
    industry: str

    @property
    def has_proof(self) -> bool:
        return bool(self.evidence or self.evidence_file_id)

    @property
    def method_name(self) -> str:
        return str(Method(self.method).label)

    @property
    def words(self) -> str:
        if self.period_start is None or self.period_end is None or self.value is None:
            return self.name
        about = " · ".join(filter(None, (f"{self.product} {self.version}".strip(), self.region, self.industry)))
        metric, period = said(self.name, {self.name: self.label}), period_in_words(self.period_start, self.period_end)
        value = number_format(self.value.normalize(), use_l10n=True, force_grouping=True)
        return f"{metric}, {period}: {value} {self.unit} {about}".strip()

    @property
    def _order(self) -> tuple:
        return (-self.period_end.toordinal() if self.period_end else 0, self.name.casefold())


def held_rows(partner: Partner, kinds: Iterable[str], *, most: int | None = None, **which) -> list[HeldRow]:
    """Of these kinds `most` of each: the latest figures, and the others by name."""
    asked = [kind for kind in ROWS if kind in set(kinds)]
    parts = ((number, _as_columns(kind, partner, **which)[:most]) for number, kind in enumerate(asked))
    rows = [HeldRow(asked[number], *columns) for number, *columns in numbered_rows(parts)]
    return sorted(rows, key=lambda row: row._order)


def _as_columns(kind: str, partner: Partner, **which) -> QuerySet:
    rows = ROWS[kind].objects.filter(partner=partner, **which)
    if kind not in _NAMED:
        return rows.order_by("-period_end", "metric", "pk").values_list(*_COMMON, "metric", *_OF_FIGURES)
    return rows.order_by(_NAMED[kind], "pk").values_list(*_COMMON, _NAMED[kind], *_OF_OTHERS)
