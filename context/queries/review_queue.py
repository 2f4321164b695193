"""What waits for a manager's decision: claims, claims that contradict something, disputes, and typed rows.

Each list is cut off, so that it is quick however much has come in. What an import or the portal itself wrote down does not
wait here: nobody decides about a hundred thousand rows one by one; the list of facts has them. Nor does what the partner's own
column says, as long as nothing else was verified: who wrote it there has decided."""

from collections.abc import Callable, Iterable

from django.db import connection
from django.db.models import Case, Count, Exists, F, Func, OuterRef, Q, QuerySet, TextField, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from context.models import ROWS, DataPoint, Fact, Verdict
from context.models.facts import SAID_BY_PEOPLE
from context.queries.data_points import OF_A_PARTNER
from context.queries.ledger_items import FACT, Item, facts_with_words, item_of_fact, item_of_row, verdicts_on
from context.queries.typed_rows import rows_of
from context.queries.words import Names
from partners.models import Partner

SHOWN = 25
LOOKED_AT = 200
COUNTED_TO = 100
# Figures are agreed in reviews, not decided about one by one.
KINDS = [kind for kind in ROWS if kind != "performance"]
CLAIMS, CONFLICTS, DISPUTES, TYPED = "claims", "conflicts", "disputes", "rows"
QUEUES = {
    CLAIMS: _("Claims to verify"),
    CONFLICTS: _("Conflicts"),
    DISPUTES: _("Disputes"),
    TYPED: _("Certificates, sites and the like"),
}


def queue_of(queue: str, user) -> list[Item]:
    """At most `SHOWN` entries of this manager's portfolio."""
    return _READ[queue](user)


def waiting(user) -> dict[str, int]:
    """How many wait in each queue, counted no further than `COUNTED_TO`; one query."""
    queues = {CLAIMS: [_claims(user)], CONFLICTS: [_conflicts(user)], DISPUTES: [_disputes(user)], TYPED: _rows_waiting(user)}
    parts, parameters = [], []
    for name, rows in queues.items():
        for query in rows:
            sql, values = query.order_by("-pk").values("pk")[:COUNTED_TO].query.sql_with_params()
            parts.append(f"SELECT '{name}', count(*) FROM ({sql}) AS found")  # noqa: S608 - words of ours
            parameters += values
    counts = dict.fromkeys(QUEUES, 0)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        for name, count in cursor.fetchall():
            counts[name] = min(counts[name] + count, COUNTED_TO)
    return counts


# What the fact says, beside the partner's own column that its data point stands for, if any.
_TEXT = Func(F("value"), template="coalesce(%(expressions)s #>> '{}', '')", output_field=TextField())
_COLUMN = Case(*(When(data_point__key=name, then=F(f"partner__{name}")) for name in OF_A_PARTNER), output_field=TextField())
_IN_ITS_COLUMN = {"said": _TEXT, "column": _COLUMN}


def _claims(user) -> QuerySet[Fact]:
    """The newest that was said about a thing, nobody having decided, and nothing as new being verified."""
    verified = Exists(Verdict.objects.filter(fact=OuterRef("pk"), kind=Verdict.Kind.VERIFIED))
    undecided = ~Exists(Verdict.objects.filter(fact=OuterRef("pk")))
    newer = _of_the_same().filter(observed_at__gte=OuterRef("observed_at")).exclude(pk=OuterRef("pk"))
    later = newer.filter(Q(observed_at__gt=OuterRef("observed_at")) | Q(pk__gt=OuterRef("pk")))
    facts = Fact.objects.visible_to(user).alias(**_IN_ITS_COLUMN)
    return facts.filter(
        Q(column=None) | ~Q(column=F("said")) | Exists(_rivals().filter(verified)),
        undecided,
        ~Exists(later.filter(undecided)),
        ~Exists(newer.filter(verified)),
        contact=None,
        method__in=SAID_BY_PEOPLE,
    )


def _conflicts(user) -> QuerySet[Fact]:
    return _claims(user).filter(Exists(_rivals()))


def _rivals() -> QuerySet[Fact]:
    """What says something else about the same thing and has been neither disputed nor withdrawn."""
    gone = Verdict.objects.filter(fact=OuterRef("pk"), kind__in=(Verdict.Kind.DISPUTED, Verdict.Kind.WITHDRAWN))
    return _of_the_same().exclude(value=OuterRef("value")).filter(~Exists(gone))


def _of_the_same() -> QuerySet[Fact]:
    """Facts about the outer fact's partner, data point and programme, if any."""
    facts = Fact.objects.filter(partner=OuterRef("partner"), data_point=OuterRef("data_point"), contact=None)
    return facts.annotate(place=Coalesce("programme_id", 0)).filter(place=Coalesce(OuterRef("programme_id"), 0))


def _disputes(user) -> QuerySet[Fact]:
    latest = Verdict.objects.filter(kind=Verdict.Kind.DISPUTED).exclude(fact=None)
    later = Verdict.objects.filter(fact=OuterRef("fact")).filter(
        Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
    )
    return Fact.objects.visible_to(user).filter(pk__in=latest.filter(~Exists(later)).values("fact"), contact=None)


def _rows_waiting(user) -> list[QuerySet]:
    return [_rows(kind, user) for kind in KINDS]


def _rows(kind: str, user) -> QuerySet:
    waits = Q(verified_at=None, disputed_at=None, method__in=SAID_BY_PEOPLE) | Q(disputed_at__isnull=False)
    is_seen = Exists(DataPoint.objects.seen_by(user).filter(key=kind))
    return ROWS[kind].objects.filter(waits, is_seen, partner__in=Partner.objects.visible_to(user))


def _claim_items(user, facts: QuerySet[Fact]) -> list[Item]:
    """What most segments ask for comes first, then the newest."""
    claims = list(facts_with_words(facts).order_by("-pk")[:LOOKED_AT])
    uses = _uses({claim.data_point_id for claim in claims})
    claims.sort(key=lambda claim: (-uses.get(claim.data_point_id, 0), -claim.pk))
    names = Names()
    rivals = _rivals_of(claims[:SHOWN], names)
    return [
        item_of_fact(claim, names, uses=uses.get(claim.data_point_id, 0), rivals=rivals.get(claim.pk, []))
        for claim in claims[:SHOWN]
    ]


def _uses(points: Iterable[int]) -> dict[int, int]:
    used = DataPoint.objects.filter(pk__in=points).annotate(used=Count("segments"))
    return dict(used.values_list("pk", "used"))


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


def _disputed_items(user) -> list[Item]:
    facts = list(facts_with_words(_disputes(user)).order_by("-pk")[:SHOWN])
    verdicts = verdicts_on(FACT, facts)
    names = Names()
    return [item_of_fact(fact, names, verdicts.get(fact.pk)) for fact in facts]


def _row_items(user) -> list[Item]:
    points, items = {point.key: point for point in DataPoint.objects.seen_by(user).filter(key__in=KINDS)}, []
    for kind in filter(points.get, KINDS):
        waits = _rows(kind, user).values("pk")
        items += [item_of_row(row, points[kind]) for row in rows_of(kind).filter(pk__in=waits).order_by("-pk")[:SHOWN]]
    items.sort(key=lambda item: item.thing.recorded_at, reverse=True)
    return _with_verdicts(items[:SHOWN])


def _with_verdicts(items: list[Item]) -> list[Item]:
    ids = [item.thing.pk for item in items]
    found: dict[tuple[str, int], list[Verdict]] = {}
    for verdict in Verdict.objects.filter(fact=None, row_id__in=ids).select_related("by", "evidence_file"):
        found.setdefault((verdict.row_kind, verdict.row_id), []).append(verdict)
    for item in items:
        item.verdicts = found.get((item.kind, item.thing.pk), [])
    return items


_READ: dict[str, Callable] = {
    CLAIMS: lambda user: _claim_items(user, _claims(user)),
    CONFLICTS: lambda user: _claim_items(user, _conflicts(user)),
    DISPUTES: _disputed_items,
    TYPED: _row_items,
}
