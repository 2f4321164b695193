"""Whatever is shown of anonymous answers, nothing can be told of fewer people than the smallest group: not by reading it, and not
by taking one group away from others."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from communications.opinions.figures import mean_of, nps_of
from communications.opinions.groups import shown_groups

COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 20), max_size=8)


@given(counts=COUNTS, smallest=st.integers(1, 12))
def test_no_sum_or_difference_of_what_is_shown_is_about_too_few(counts, smallest):
    shown = shown_groups(counts, smallest)
    whole = sum(counts.values())
    if whole < smallest:
        assert shown == []
        return
    present = {name for name, people in counts.items() if people}
    assert set().union(*(each.names for each in shown)) == present
    assert sum(len(each.names) for each in shown) == len(present)  # nobody is in two of them
    assert sum(each.people for each in shown) == whole
    # As they are apart, each sum or difference of the whole and of groups is a union of groups, or nobody.
    for size in range(1, len(shown) + 1):
        assert all(sum(each.people for each in chosen) >= smallest for chosen in combinations(shown, size))


@given(counts=COUNTS, smallest=st.integers(1, 12))
def test_a_group_that_is_large_enough_is_put_together_only_where_it_must_be(counts, smallest):
    shown = shown_groups(counts, smallest)
    small = sum(people for people in counts.values() if people < smallest)
    if shown and (small == 0 or small >= smallest):
        alone = {next(iter(each.names)) for each in shown if not each.is_pool}
        assert alone == {name for name, people in counts.items() if people and people >= smallest}


@given(st.lists(st.integers(0, 10), max_size=60))
def test_the_score_lies_between_its_ends_and_adds_up(answers):
    nps = nps_of(answers)
    assert nps.people == len(answers)
    assert -100 <= nps.score <= 100
    mirrored = type(nps)(nps.detractors, nps.passives, nps.promoters)
    assert nps.score == -mirrored.score


def test_the_score_of_a_few():
    assert nps_of([10, 9, 8, 7, 6, 0]).score == 0
    assert nps_of([10, 10, 10, 8]).score == 75
    assert nps_of([9, 0, 0]).score == -33
    assert (nps_of([]).score, mean_of([]), mean_of([1, 2, 2])) == (0, 0.0, 1.7)
