"""What waits for a manager's decision: claims, claims that contradict something, disputes, and typed rows.

What waits of facts is kept (`context/actions/waiting.py`), so a page costs the same however much has come in. What an import or
the portal itself wrote down does not wait here: nobody decides about a hundred thousand rows one by one; the list of facts has
them. Nor does what the partner's own column says, as long as nothing else was verified: who wrote it there has decided."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Count, Exists, IntegerField, Q, QuerySet, Value
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from context.models import ROWS, DataPoint, Fact, Verdict, Waiting
from context.models.facts import SAID_BY_PEOPLE
from context.queries.ledger_items import FACT, Item, facts_with_words, item_of_fact, item_of_row, verdicts_on
from context.queries.typed_rows import rows_of
from context.queries.words import Names
from partners.models import Partner

SHOWN = 25
COUNTED_TO = 1_001
# Figures are agreed in reviews, not decided about one by one.
KINDS = [kind for kind in ROWS if kind != "performance"]
CLAIMS, CONFLICTS, DISPUTES, TYPED = "claims", "conflicts", "disputes", "rows"
QUEUES = {
    CLAIMS: _("Claims to verify"),
    CONFLICTS: _("Conflicts"),
    DISPUTES: _("Disputes"),
    TYPED: _("Certificates, sites and the like"),
}
# Whatever contradicts something is a claim as well.
KINDS_OF_FACTS = {
    CLAIMS: (Waiting.Kind.CLAIM, Waiting.Kind.CONFLICT),
    CONFLICTS: (Waiting.Kind.CONFLICT,),
    DISPUTES: (Waiting.Kind.DISPUTE,),
}


@dataclass(frozen=True)
class QueuePage:
    """At most `SHOWN` entries; `after` names the last one, where more follow."""

    items: list[Item]
    after: str = ""


def queue_of(queue: str, user, *, after: str = "") -> QueuePage:
    """What waits in this manager's portfolio, from behind the entry that `after` names; from the start where it names none."""
    kind, _dot, public_id = after.partition(".")
    return _READ[queue](user, kind, public_id)


def waiting(user) -> dict[str, int]:
    """How many wait in each queue, counted no further than `COUNTED_TO`; one query."""
    queues: dict[str, list[QuerySet]] = {queue: [_facts_waiting(queue, user)] for queue in KINDS_OF_FACTS}
    queues[TYPED] = [_rows_waiting(kind, user) for kind in KINDS]
    parts, parameters = [], []
    for name, rows in queues.items():
        for query in rows:
            sql, values = query.order_by().values("pk")[:COUNTED_TO].query.sql_with_params()
            parts.append(f"SELECT '{name}', count(*) FROM ({sql}) AS found")  # noqa: S608 - words of ours
            parameters += values
    counts = dict.fromkeys(QUEUES, 0)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        for name, count in cursor.fetchall():
            counts[name] = min(counts[name] + count, COUNTED_TO)
    return counts


def counted(count: int) -> str:
    """“1,000+” says that there are more."""
    most = COUNTED_TO - 1
    return f"{number_format(min(count, most), force_grouping=True)}{'+' if count > most else ''}"


def _facts_waiting(queue: str, user) -> QuerySet[Waiting]:
    partners, points = Partner.objects.visible_to(user).values("pk"), DataPoint.objects.seen_by(user).values("pk")
    return Waiting.objects.filter(kind__in=KINDS_OF_FACTS[queue], partner_id__in=partners, data_point__in=points)


def _rows_waiting(kind: str, user) -> QuerySet:
    waits = Q(verified_at=None, disputed_at=None, method__in=SAID_BY_PEOPLE) | Q(disputed_at__isnull=False)
    is_seen = Exists(DataPoint.objects.seen_by(user).filter(key=kind))
    return ROWS[kind].objects.filter(waits, is_seen, partner__in=Partner.objects.visible_to(user))


def _claims_after(queue: str) -> Callable[[Any, str, str], QueuePage]:
    """What most segments ask for comes first, then the newest."""

    def read(user, _kind: str, public_id: str) -> QueuePage:
        uses = dict(DataPoint.objects.annotate(used=Count("segments")).values_list("pk", "used"))
        before = _named(Fact.objects.all(), public_id)
        found = _ranked(_facts_waiting(queue, user), uses, before)
        claims = _in_order([pk for pk, _used in found[:SHOWN]])
        names = Names()
        rivals = _rivals_of(claims, names)
        items = [item_of_fact(claim, names, uses=uses[claim.data_point_id], rivals=rivals.get(claim.pk, [])) for claim in claims]
        return _page(items, has_more=len(found) > SHOWN)

    return read


def _ranked(rows: QuerySet[Waiting], uses: dict[int, int], before: Fact | None) -> list[tuple[int, int]]:
    """(fact, uses of its data point), one more than a page shows. Of each rank the newest are looked up by an index."""
    ranks = defaultdict(list)
    for point, used in uses.items():
        ranks[used].append(point)
    last = uses.get(before.data_point_id, 0) if before else None
    parts = []
    for used in sorted(ranks, reverse=True):
        if last is not None and used > last:
            continue
        rank = rows.filter(data_point__in=ranks[used])
        rank = rank.filter(fact__lt=before) if before and used == last else rank
        rank = rank.annotate(used=Value(used, output_field=IntegerField())).order_by("-fact_id")
        parts.append(rank.values_list("fact_id", "used")[: SHOWN + 1])
    if not parts:
        return []
    first, *others = parts
    return list(first.union(*others, all=True).order_by("-used", "-fact_id")[: SHOWN + 1] if others else first)


def _in_order(facts: list[int]) -> list[Fact]:
    found = facts_with_words(Fact.objects.filter(pk__in=facts)).in_bulk()
    return [found[pk] for pk in facts if pk in found]


def _named(rows: QuerySet, public_id: str):
    try:
        return rows.filter(public_id=public_id).first() if public_id else None
    except (ValidationError, ValueError):
        return None


def _page(items: list[Item], *, has_more: bool) -> QueuePage:
    return QueuePage(items, f"{items[-1].kind}.{items[-1].thing.public_id}" if has_more and items else "")


def _rivals_of(claims: list[Fact], names: Names) -> dict[int, list[Item]]:
    """By claim, each value once, the verified and the newest first; two queries."""
    places = Q(pk__in=[])
    for claim in claims:
        places |= Q(partner=claim.partner_id, data_point=claim.data_point_id, programme=claim.programme_id)
    others = list(facts_with_words(Fact.objects.filter(places, contact=None)).order_by("-observed_at", "-pk")) if claims else []
    verdicts = verdicts_on(FACT, others)
    found: dict[int, list[Item]] = {}
    for claim in claims:
        seen = [claim.value]
        for other in others:
            item = item_of_fact(other, names, verdicts.get(other.pk))
            is_same_place = (other.partner_id, other.data_point_id, other.programme_id) == (
                claim.partner_id, claim.data_point_id, claim.programme_id,
            )  # fmt: skip
            if is_same_place and other.value not in seen and item.standing in ("claim", Verdict.Kind.VERIFIED):
                seen.append(other.value)
                found.setdefault(claim.pk, []).append(item)
        found.get(claim.pk, []).sort(key=lambda item: item.standing != Verdict.Kind.VERIFIED)
    return found


def _disputed(user, _kind: str, public_id: str) -> QueuePage:
    rows = _facts_waiting(DISPUTES, user)
    if before := _named(Fact.objects.all(), public_id):
        rows = rows.filter(fact__lt=before)
    found = list(rows.order_by("-fact_id").values_list("fact_id", flat=True)[: SHOWN + 1])
    facts = _in_order(found[:SHOWN])
    verdicts, names = verdicts_on(FACT, facts), Names()
    return _page([item_of_fact(fact, names, verdicts.get(fact.pk)) for fact in facts], has_more=len(found) > SHOWN)


def _rows(user, last_kind: str, public_id: str) -> QueuePage:
    """Of all kinds together, the newest first."""
    points, items = {point.key: point for point in DataPoint.objects.seen_by(user).filter(key__in=KINDS)}, []
    before = _named(ROWS[last_kind].ledger.all(), public_id) if last_kind in KINDS else None
    for kind in filter(points.get, KINDS):
        waits = _rows_waiting(kind, user)
        if before:
            waits = waits.filter(_behind(before, last_kind, kind))
        newest = waits.order_by("-recorded_at", "-pk").values("pk")[: SHOWN + 1]
        rows = rows_of(kind).filter(pk__in=newest).order_by("-recorded_at", "-pk")
        items += [item_of_row(row, points[kind]) for row in rows]
    items.sort(key=lambda item: item.thing.recorded_at, reverse=True)
    return _page(_with_verdicts(items[:SHOWN]), has_more=len(items) > SHOWN)


def _behind(row, last_kind: str, kind: str) -> Q:
    """Of what was recorded at the same moment, kinds come in their order."""
    if KINDS.index(kind) < KINDS.index(last_kind):
        return Q(recorded_at__lt=row.recorded_at)
    if kind == last_kind:
        return Q(recorded_at__lt=row.recorded_at) | Q(recorded_at=row.recorded_at, pk__lt=row.pk)
    return Q(recorded_at__lte=row.recorded_at)


def _with_verdicts(items: list[Item]) -> list[Item]:
    ids = [item.thing.pk for item in items]
    found: dict[tuple[str, int], list[Verdict]] = {}
    for verdict in Verdict.objects.filter(fact=None, row_id__in=ids).select_related("by", "evidence_file"):
        found.setdefault((verdict.row_kind, verdict.row_id), []).append(verdict)
    for item in items:
        item.verdicts = found.get((item.kind, item.thing.pk), [])
    return items


_READ: dict[str, Callable[[Any, str, str], QueuePage]] = {
    CLAIMS: _claims_after(CLAIMS),
    CONFLICTS: _claims_after(CONFLICTS),
    DISPUTES: _disputed,
    TYPED: _rows,
}
