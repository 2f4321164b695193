"""A partner as it was on a day in the past. Two questions that are never mixed:

`true_at`: what was true then, by what is known today; `known_at`: what was known then, right or wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from activity.refusals import Invalid
from context.models import ROWS, DataPoint
from context.queries.facts import CurrentFact, current_facts
from context.queries.typed_rows import rows_as_of
from partners.models import Partner, Provenance


@dataclass(frozen=True)
class PartnerThen:
    """`rows` carry `row_kind` (key of their data point), `standing` (claim or a verdict) and `is_stale`."""

    facts: list[CurrentFact]
    rows: list[Provenance]


def facts_as_of(
    partner: Partner,
    *,
    among: Iterable[DataPoint] | None = None,
    true_at: datetime | None = None,
    known_at: datetime | None = None,
) -> list[CurrentFact]:
    _check_one_question(true_at, known_at)
    return current_facts(partner, among=among, true_at=true_at, known_at=known_at)


def typed_rows_as_of(
    partner: Partner,
    *,
    hidden: frozenset[str] = frozenset(),
    true_at: datetime | None = None,
    known_at: datetime | None = None,
) -> list[Provenance]:
    """Without the kinds of rows that are `hidden` from the reader."""
    _check_one_question(true_at, known_at)
    return rows_as_of(partner, [kind for kind in ROWS if kind not in hidden], true_at=true_at, known_at=known_at)


def partner_then(partner: Partner, *, among: Iterable[DataPoint], hidden: frozenset[str], **when: datetime | None) -> PartnerThen:
    return PartnerThen(facts_as_of(partner, among=among, **when), typed_rows_as_of(partner, hidden=hidden, **when))


def _check_one_question(true_at: datetime | None, known_at: datetime | None) -> None:
    if (true_at is None) == (known_at is None):
        raise Invalid(_("Ask one question: what was true then (true_at), or what was known then (known_at)."), field="true_at")
