"""One entry of the ledger, a fact or a typed row, as pages show it: what it says, how it stands, where it comes from."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from context.models import ROWS, DataPoint, Fact, Verdict
from context.queries.facts import freshness_of
from context.queries.metrics import labels_of_metrics
from context.queries.typed_rows import row_detail, row_name, rows_of
from context.queries.words import Names, value_in_words
from partners.confidence import Confidence, confidence_in
from partners.models import Partner, Provenance
from partners.visibility import hidden_from

FACT = "fact"
CLAIM = "claim"


@dataclass
class Item:
    """`standing` is “claim” or the latest verdict; `rivals` say something else about the same."""

    kind: str
    thing: Fact | Provenance
    label: str
    value: str
    detail: str
    is_stale: bool
    verdicts: list[Verdict] = field(default_factory=list)
    rivals: list["Item"] = field(default_factory=list)
    uses: int = 0

    @property
    def partner(self) -> Partner:
        return self.thing.partner

    @property
    def data_point_key(self) -> str:
        return self.thing.data_point.key if isinstance(self.thing, Fact) else self.kind

    @property
    def latest(self) -> Verdict | None:
        return next(iter(self.verdicts), None)

    @property
    def standing(self) -> str:
        if self.latest:
            return self.latest.kind
        return Verdict.Kind.VERIFIED if getattr(self.thing, "verified_at", None) else CLAIM

    @property
    def confidence(self) -> Confidence:
        proof = bool(self.thing.evidence or self.thing.evidence_file_id)
        return confidence_in(self.standing, is_stale=self.is_stale, method=self.thing.method, has_proof=proof)

    @property
    def has_gone(self) -> bool:
        return self.standing == Verdict.Kind.WITHDRAWN or getattr(self.thing, "withdrawn_at", None) is not None


def item_of_fact(fact: Fact, names: Names, verdicts: list[Verdict] | None = None, **more: Any) -> Item:
    point = fact.data_point
    detail = " · ".join(str(each) for each in (fact.contact, fact.programme) if each)
    stale = point.stale_after_days is not None and fact.observed_at < timezone.now() - freshness_of(point)
    return Item(FACT, fact, point.label, value_in_words(point, fact.value, names), detail, stale, verdicts or [], **more)


def item_of_row(
    row: Provenance, point: DataPoint, verdicts: list[Verdict] | None = None, metrics: dict[str, str] | None = None
) -> Item:
    """`metrics` are the labels of metrics by their keys, for figures."""
    stale = point.stale_after_days is not None and row.observed_at < timezone.now() - freshness_of(point)
    return Item(point.key, row, point.label, row_name(row, metrics or {}), row_detail(row), stale, verdicts or [])


def facts_with_words(facts: QuerySet[Fact]) -> QuerySet[Fact]:
    """With all that an item shows."""
    return facts.select_related("partner", "contact", "programme", "data_point", "asserted_by", "evidence_file")


def verdicts_on(kind: str, things: list) -> dict[int, list[Verdict]]:
    """All verdicts on facts, or on rows of one kind, by primary key, the latest first; one query."""
    found: dict[int, list[Verdict]] = {}
    about = {"fact__in": things} if kind == FACT else {"fact": None, "row_kind": kind, "row_id__in": [row.pk for row in things]}
    for verdict in Verdict.objects.filter(**about).select_related("by", "evidence_file") if things else ():
        found.setdefault(verdict.fact_id or verdict.row_id, []).append(verdict)
    return found


def item_named(kind: str, public_id: UUID, user) -> Item | None:
    """The entry, where this reader may see it; typed rows also when they have gone."""
    if kind == FACT:
        fact = facts_with_words(Fact.objects.visible_to(user)).filter(public_id=public_id).first()
        return fact and item_of_fact(fact, Names(), verdicts_on(FACT, [fact]).get(fact.pk))
    if kind not in ROWS or kind in hidden_from(user):
        return None
    row = rows_of(kind, ledger=True).filter(public_id=public_id, partner__in=Partner.objects.visible_to(user)).first()
    point = DataPoint.objects.filter(key=kind).first()
    if row is None or point is None:
        return None
    return item_of_row(row, point, verdicts_on(kind, [row]).get(row.pk), labels_of_metrics())


def standing_in_words(standing: str) -> str:
    return _("claim") if standing == CLAIM else str(Verdict.Kind(standing).label)
