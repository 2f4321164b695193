"""What a rate tells and what it does not: intervals and differences as the books have them."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communications.rates import Rate, chance_of, surest_difference

rates = st.integers(0, 5000).flatmap(lambda of: st.builds(Rate, st.integers(0, of), st.just(of)))


def test_wilsons_interval_as_it_is_printed():
    """10 of 100 (Newcombe 1998, table I gives 81 of 263 and 15 of 148 by this method)."""
    assert Rate(81, 263).interval == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert Rate(15, 148).interval == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert Rate(0, 20).interval == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert Rate(0, 0).interval is None


@given(rates)
def test_an_interval_holds_its_rate(rate):
    if rate.of:
        low, high = rate.interval
        assert 0 <= low <= rate.value + 1e-12
        assert rate.value - 1e-12 <= high <= 1


@given(rates, rates)
def test_a_difference_is_the_same_from_both_sides(one, other):
    chance = chance_of(one, other)
    assert chance == chance_of(other, one)
    assert chance is None or 0 <= chance <= 1


def test_a_difference_by_hand():
    """30 of 200 against 50 of 200: pooled 0.2, error 0.04, so 2.5 errors apart."""
    assert chance_of(Rate(30, 200), Rate(50, 200)) == pytest.approx(0.01242, abs=1e-5)
    assert chance_of(Rate(1, 200), Rate(6, 200)) is None
    assert chance_of(Rate(0, 0), Rate(0, 0)) is None


def test_equal_rates_are_told_apart_about_as_often_as_is_stated():
    dice = random.Random(1927)
    trials, people, true_rate = 2000, 150, 0.12
    draws = [[Rate(sum(dice.random() < true_rate for _ in range(people)), people) for _ in range(2)] for _ in range(trials)]
    told_apart = sum((chance_of(one, other) or 1) < 0.05 for one, other in draws) / trials
    assert 0.03 < told_apart < 0.07


def test_of_several_the_surest_pair_pays_for_all_that_were_looked_at():
    several = [Rate(30, 200), Rate(50, 200), Rate(40, 200)]
    higher, lower, chance = surest_difference(several)
    assert (higher, lower) == (1, 0)
    assert chance == pytest.approx(3 * chance_of(several[0], several[1]))
    assert surest_difference([Rate(1, 3), Rate(2, 3)]) is None
