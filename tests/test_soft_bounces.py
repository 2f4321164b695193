"""Mails that come back for reasons that may pass: one is nothing, many in a row give the address up."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from activity.models import Activity
from communications.actions.bounces import take_bounce
from communications.actions.suppressions import mail_again
from communications.models import Delivery, ReturnedMail, Suppression
from tests import bounce_story

pytestmark = pytest.mark.django_db
FULL = {"status": "5.2.2", "said": "552 5.2.2 Mailbox full"}


@pytest.fixture(autouse=True)
def _four_in_a_row(settings):
    settings.MAIL_SOFT_BOUNCES = 4


@pytest.fixture
def mailed(cast):
    """Mails Nora so many days ago; the answer is how that mail comes back."""
    numbers = count(1)

    def mailed(days_ago: float, contact=cast.nora):
        announcement = bounce_story.mailed(cast, contact, title=f"News {next(numbers)}", days_ago=days_ago)
        return lambda **report: take_bounce(bounce_story.returned_from(contact, announcement, **(report or FULL)))

    return mailed


def suppressed() -> list[str]:
    return list(Suppression.objects.values_list("address", flat=True))


def test_many_in_a_row_give_the_address_up_with_a_reason_that_says_so(cast, mailed):
    for days_ago in (9, 6, 4):
        mailed(days_ago)()
        assert suppressed() == []
    mailed(1)()
    row = Suppression.objects.get()
    assert (row.address, row.source) == (cast.nora.email, "soft")
    assert row.reason == "4 mails in a row came back within 8 days, the last one: 552 5.2.2 Mailbox full"
    assert Activity.objects.get(verb="address.suppressed").sentence.startswith("nora@alpenglow.example is mailed no more: 4 mails")


def test_the_same_mail_read_again_counts_once(cast, mailed):
    returns = [mailed(days_ago) for days_ago in (9, 6, 4)]
    for come_back in [*returns, *returns, *returns]:
        come_back()
    assert (suppressed(), ReturnedMail.objects.count()) == ([], 3)


def test_one_that_arrives_ends_the_row(cast, mailed):
    for days_ago in (9, 8, 7):
        mailed(days_ago)()
    mailed(6.5)
    mailed(6)()
    assert suppressed() == []


def test_another_that_went_out_meanwhile_may_still_come_back_and_ends_nothing(cast, mailed):
    returns = [mailed(days_ago) for days_ago in (4.5, 3, 2, 1, 0.5)]
    for come_back in returns[:4]:
        come_back()
    assert suppressed() == [cast.nora.email]


def test_a_row_that_is_long_over_gives_nobody_up(cast, mailed):
    late = [mailed(days_ago) for days_ago in (20, 18, 16, 14)]
    mailed(10)
    for come_back in late:
        come_back()
    assert suppressed() == []


def test_one_bad_day_gives_nobody_up(cast, mailed):
    for hours in range(10, 0, -1):
        mailed(hours / 24)()
    assert suppressed() == []


def test_each_address_has_its_own_row(cast, mailed):
    for days_ago in (9, 6):
        mailed(days_ago)()
        mailed(days_ago, cast.sven)()
    assert suppressed() == []


def test_mailed_again_the_row_begins_anew(cast, mailed):
    returns = [mailed(days_ago) for days_ago in (9, 6, 4, 3)]
    for come_back in returns:
        come_back()
    mail_again(Suppression.objects.all(), by=cast.maria, reason="Nora made room")
    for come_back in returns:
        come_back()
    mailed(2)()
    assert suppressed() == []
    mailed(1)(status="5.1.1", said="550 5.1.1 User unknown")
    assert Suppression.objects.get().source == "bounce"


def test_without_a_limit_nobody_is_given_up(cast, mailed, settings):
    settings.MAIL_SOFT_BOUNCES = 0
    for days_ago in range(9, 0, -1):
        mailed(days_ago)()
    assert suppressed() == []


@pytest.mark.slow
@trying(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.booleans(), max_size=8), st.randoms(use_true_random=False))
def test_in_whatever_order_the_reports_come(cast, mailed, comes_back, order):
    """One mail a day, long ago; only the row that no mail arrived after counts."""
    Delivery.objects.all().delete(), Suppression.objects.all().delete(), ReturnedMail.objects.all().delete()
    mails = [(mailed(60 - day), is_soft) for day, is_soft in enumerate(comes_back)]
    returns = [come_back for come_back, is_soft in mails if is_soft]
    order.shuffle(returns)
    for come_back in returns:
        come_back()
    last_row = len(comes_back) if all(comes_back) else comes_back[::-1].index(False)
    assert bool(suppressed()) == (last_row >= 4)
