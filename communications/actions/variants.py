"""Deciding between two variants: by rule when their time is up, or by a person before that. The rest of the audience then gets the
better one; where no difference shows beyond chance, the original.

The rule: the test of two proportions (see `communications/rates.py`), two-sided at 5 %, looked at once."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from communications.actions.audiences import make_chunks
from communications.models import Announcement, State, Variant, VariantTest
from communications.queries.variants import variant_rates
from communications.rates import Rate, chance_of

CHANCE = 0.05


def decide_due_tests() -> int:
    """Decide each test whose time is up. Returns how many were decided. While an announcement is paused, its test waits."""
    due = VariantTest.objects.filter(decided_at=None, decide_at__lte=timezone.now(), announcement__state=State.SENDING)
    return sum(decide_test(test) for test in due)


@transaction.atomic
def decide_test(test: VariantTest) -> bool:
    """False when somebody else has decided it."""
    current = _open_test(test.announcement_id)
    if current is None:
        return False
    rates = _measured(current)
    winner, outcome = winner_of(rates[Variant.A], rates[Variant.B])
    _decide(current, winner, outcome)
    return True


def winner_of(a: Rate, b: Rate) -> tuple[str, str]:
    """The stopping rule: who goes to the rest, and whether the difference was beyond chance."""
    chance = chance_of(a, b)
    if chance is None or chance >= CHANCE:
        return Variant.A, VariantTest.Outcome.UNDECIDED
    return (Variant.B if (b.value or 0) > (a.value or 0) else Variant.A), VariantTest.Outcome.TOLD_APART


@transaction.atomic
def end_test(announcement: Announcement, *, by: User, winner: str, reason: str) -> None:
    """A person decides before the time is up. What was measured until then is kept beside their reason."""
    if winner not in Variant.values:
        raise Invalid(_("Say which variant the rest gets: a or b."), field="winner")
    if not reason.strip():
        raise Invalid(_("Say why you decide before the test does; it is kept with its figures."), field="reason")
    test = _open_test(announcement.pk)
    if test is None or test.announcement.state not in (State.SENDING, State.PAUSED):
        raise Refused(_("No test of variants is going on here."), code="no_test")
    _measured(test)
    _decide(test, winner, VariantTest.Outcome.BY_HAND, by=by, reason=reason)
    announcement.refresh_from_db()


def _open_test(announcement_id: int) -> VariantTest | None:
    rows = VariantTest.objects.select_for_update(of=("self",)).select_related("announcement")
    return rows.filter(announcement_id=announcement_id, decided_at=None).first()


def _measured(test: VariantTest) -> dict[str, Rate]:
    """Writes the figures of this moment into the test."""
    version = test.announcement.versions.get(number=test.announcement.approved_version)
    rates = variant_rates(test.announcement, version.test_by)
    a, b = rates[Variant.A], rates[Variant.B]
    test.acted_a, test.reached_a, test.acted_b, test.reached_b = a.count, a.of, b.count, b.of
    test.chance = chance_of(a, b)
    return rates


def _decide(test: VariantTest, winner: str, outcome: str, *, by: User | None = None, reason: str = "") -> None:
    test.winner, test.outcome, test.decided_at, test.decided_by, test.reason = winner, outcome, timezone.now(), by, reason[:300]
    test.save()
    Announcement.objects.filter(pk=test.announcement_id).update(winner=winner)
    make_chunks(test.announcement)
    record_activity(
        "announcement.variant_chosen", f"“{test.announcement}”: the rest gets {winner.upper()} ({test.get_outcome_display()})",
        by=by, subject=test.announcement,
        data={"winner": winner, "outcome": outcome, "a": [test.acted_a, test.reached_a], "b": [test.acted_b, test.reached_b]},
    )  # fmt: skip
