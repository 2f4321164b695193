"""What a delivery that is pending waits for, other than its turn with a worker: its key, its words, and the rows behind it.

The keys of what is written into a row are its reason: `quiet_hours`, `best_time`, and `limit:` or `asked:` with a place. What a
server put off is `retry:`, whatever it said; who gets what the test of two variants finds best is `test:`."""

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from communications.models import Delivery, DeliveryState, Reason, VariantTest

RETRY, TEST = "retry:", "test:"
UNTIL_THEIR_TIME = (Reason.QUIET_HOURS.value, Reason.BEST_TIME.value)

IS_DEFERRED = Q(state=DeliveryState.DEFERRED)
IS_HELD = IS_DEFERRED & (Q(reason__startswith="limit:") | Q(reason__startswith="asked:"))


def awaits_test() -> Q:
    """Nobody sends the rest of an audience anything while two variants are tried."""
    open_tests = VariantTest.objects.filter(decided_at=None).values("announcement_id")
    return Q(state=DeliveryState.QUEUED, variant="", announcement_id__in=open_tests)


def what_it_waits_for() -> Case:
    """As a column; empty for what only waits for its turn, or waits no more."""
    own = IS_HELD | IS_DEFERRED & Q(reason__in=UNTIL_THEIR_TIME)
    return Case(
        When(own, then=F("reason")), When(IS_DEFERRED, then=Value(RETRY)), When(awaits_test(), then=Value(TEST)), default=Value("")
    )


def waiting_for(rows: QuerySet[Delivery], key: str) -> QuerySet[Delivery] | None:
    """The rows behind a key; None where it is none."""
    if key == TEST:
        return rows.filter(awaits_test())
    if key == RETRY:
        return rows.filter(IS_DEFERRED).exclude(IS_HELD).exclude(reason__in=UNTIL_THEIR_TIME)
    if key in UNTIL_THEIR_TIME or key.startswith(("limit:", "asked:")):
        return rows.filter(IS_DEFERRED, reason=key)
    return None


def place_words(place: str) -> str:
    return place or _("The mail server")


def hold_words(key: str) -> str | None:
    """The reason of what waits for more than its turn and its own time, or None where it is another."""
    kind, colon, place = key.partition(":")
    said = {
        "limit": _("waits for its turn: limit of %(place)s") % {"place": place or _("all mail together")},
        "asked": _("waits: %(place)s asked for a pause") % {"place": place or _("the mail server")},
        "retry": _("waits for another try: put off by their server"),
        "test": _("waits for the test of two variants"),
    }
    return said.get(kind) if colon else None
