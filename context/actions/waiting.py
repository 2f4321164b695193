"""What waits for a decision follows the ledger: whoever adds to it calls one of these in the same transaction, after the profile,
whose lock lets the later of two writers see what the earlier one wrote."""

from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import F, OuterRef, Subquery

from context.models import DataPoint, Fact, Waiting
from context.queries.profiles import partner_batches
from context.queries.waiting import KEPT, WAITS, waiting_wrongly


def keep_waiting(partner_ids: Collection[int], point_ids: Collection[int]) -> None:
    """Of these partners' values of these data points."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT context_keep_waiting(%s, %s)", [[*partner_ids], [*point_ids]])


def keep_disputes_with_their_facts(partner_ids: Collection[int]) -> None:
    """Where facts of these partners have become another's."""
    moved = Waiting.objects.filter(partner_id__in=partner_ids, kind=Waiting.Kind.DISPUTE).exclude(partner_id=F("fact__partner"))
    moved.update(partner_id=Subquery(Fact.objects.filter(pk=OuterRef("pk")).values("partner")))


def keep_dispute(fact: Fact, *, is_disputed: bool) -> None:
    """What is said of a person is decided about where the person is."""
    if is_disputed and fact.contact_id is None:
        values = {"partner_id": fact.partner_id, "data_point_id": fact.data_point_id, "kind": Waiting.Kind.DISPUTE}
        Waiting.objects.update_or_create(fact=fact, defaults=values)
    else:
        Waiting.objects.filter(fact=fact, kind=Waiting.Kind.DISPUTE).delete()


def rewrite_all_waiting() -> int:
    """Batch by batch, each its own transaction. Returns of how many partners it was wrong."""
    return sum(_rewrite_waiting(batch) for batch in partner_batches())


@transaction.atomic(savepoint=False)
def _rewrite_waiting(partner_ids: list[int]) -> int:
    wrong = waiting_wrongly(partner_ids)
    if wrong:
        Waiting.objects.filter(partner_id__in=wrong).delete()
        with connection.cursor() as cursor:
            points = [*DataPoint.objects.values_list("pk", flat=True)]
            cursor.execute(f"INSERT INTO context_waiting ({KEPT}) {WAITS}", [wrong, points, wrong])  # noqa: S608 - words of ours
    return len(wrong)
