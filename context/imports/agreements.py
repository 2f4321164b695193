"""Agreements in rows of a file: compared with what the ledger holds of the partner, and written as rows of it.

A row's agreement is known by its title, and by its kind and programme where both sides say them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from partners.actions.agreements import check_term
from partners.copying import copy_rows, public_ids
from partners.models import Method, PartnerAgreement

_TERM = ("signed_on", "effective_on", "expires_on", "notice_days")
_VALUES = (*_TERM, "evidence", "evidence_file_id")
_BLANK = dict.fromkeys(_VALUES) | {"evidence": ""}
_COLUMNS = ("public_id", "partner_id", "programme_id", "kind", "title", *_VALUES, "observed_at", "withdrawn_at")


@dataclass(frozen=True, slots=True)
class SaidAgreement:
    """What a row says. `kind` and `programme` (a key) are empty where it does not say them; `values` are only those it gives."""

    title: str
    kind: str
    programme: str
    values: dict[str, Any]

    def is_like(self, other: "SaidAgreement | KeptAgreement") -> bool:
        said = ((self.kind, other.kind), (self.programme, other.programme))
        is_near = all(mine == theirs or not (mine and theirs) for mine, theirs in said)
        return is_near and self.title.casefold() == other.title.casefold()


@dataclass(frozen=True, slots=True)
class KeptAgreement:
    """A row of the ledger: one that holds, or one that this file said once."""

    pk: int
    title: str
    kind: str
    programme: str
    values: dict[str, Any]
    source: str
    observed_at: datetime
    is_verified: bool
    is_withdrawn: bool

    def says(self, said: SaidAgreement) -> bool:
        return all(self.values[name] == value for name, value in said.values.items())


@dataclass(frozen=True, slots=True)
class PlannedAgreement:
    """The row to be written. It takes the place of `follows`; what is past is written with its end, for the ledger alone."""

    title: str
    kind: str
    programme: str
    values: dict[str, Any]
    in_words: str
    follows: int | None = None
    is_past: bool = False


def load_agreements(partners: list[int], source: str) -> Iterator[tuple[int, KeptAgreement]]:
    """With the partner of each; the latest seen last."""
    rows = PartnerAgreement.ledger.filter(partner__in=partners).select_related("programme").order_by("observed_at", "pk")
    for row in rows:
        if row.withdrawn_at is None or row.source == source:
            values = {name: getattr(row, name) for name in _VALUES}
            programme = row.programme.key if row.programme else ""
            yield (
                row.partner_id,
                KeptAgreement(
                    row.pk, row.title, row.kind, programme, values, row.source, row.observed_at,
                    row.is_verified, row.withdrawn_at is not None,
                ),
            )  # fmt: skip


def plan_agreement(
    said: SaidAgreement, kept: list[KeptAgreement], *, source: str, observed_at: datetime
) -> PlannedAgreement | None:
    """None where the row says nothing new. What was verified stays, and the row is a claim beside it; what somebody has seen
    later than the file stays alone. Raises `Invalid`."""
    alike = [row for row in kept if said.is_like(row)]
    held = [row for row in alike if not row.is_withdrawn]
    if len({(row.kind, row.programme) for row in held}) > 1:
        sentence = _("There are several agreements called “%(title)s”. Add agreement_kind or agreement_programme.")
        raise Invalid(sentence % {"title": said.title}, field="agreement_title")
    said_last = [row for row in alike if row.source == source and row.observed_at <= observed_at][-1:]
    if any(row.says(said) for row in (*held, *said_last)):
        return None
    now = max(held, key=lambda row: (not row.is_verified, row.observed_at), default=None)
    values = _BLANK | (now.values if now else {}) | said.values
    check_term(*(values[name] for name in _TERM))
    is_past = now is not None and now.observed_at > observed_at
    is_beside = now is not None and (is_past or now.is_verified)
    return PlannedAgreement(
        title=now.title if now else said.title,
        kind=now.kind if now else said.kind or PartnerAgreement.Kind.PARTNER.value,
        programme=now.programme if now else said.programme,
        values=values,
        in_words=_in_words(said, now, is_beside=is_beside),
        follows=now.pk if now and not is_beside else None,
        is_past=is_past,
    )


def write_agreements(
    told: Iterable[tuple[int, datetime, PlannedAgreement]], programmes: dict[str, int], *, source: str, by
) -> None:
    """Each with the number of its partner and the moment it was seen. `IntegrityError` where somebody changed one meanwhile."""
    told, now = list(told), timezone.now()
    followed = [plan.follows for _partner, _observed_at, plan in told if plan.follows]
    if followed and PartnerAgreement.objects.filter(pk__in=followed, verified_at=None).update(withdrawn_at=now) < len(followed):
        raise IntegrityError("an agreement was changed while the file was read")
    rows = (
        (public_id, partner, programmes.get(plan.programme), plan.kind, plan.title, *(plan.values[name] for name in _VALUES),
         observed_at, now if plan.is_past else None)
        for (partner, observed_at, plan), public_id in zip(told, public_ids(), strict=False)
    )  # fmt: skip
    same = {"source": source, "method": Method.IMPORT.value, "recorded_at": now, "asserted_by_id": by.pk if by else None}
    copy_rows(PartnerAgreement, _COLUMNS, rows, **same)


def _in_words(said: SaidAgreement, now: KeptAgreement | None, *, is_beside: bool) -> str:
    words = {"title": said.title}
    if now is None:
        return _("agreement: %(title)s") % words
    if is_beside:
        return _("agreement %(title)s: noted beside what is known better") % words
    label = PartnerAgreement._meta.get_field
    changed = [
        f"{label(name).verbose_name} {_short(now.values[name])} → {_short(value)}"
        for name, value in said.values.items()
        if now.values[name] != value
    ]
    return _("agreement %(title)s: %(changed)s") % {**words, "changed": ", ".join(changed)}


def _short(value: Any) -> str:
    if isinstance(value, date):
        return date_format(value, "j M Y")
    return "–" if value in (None, "") else str(value)
