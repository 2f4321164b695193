"""Numbers that somebody wrote, however large they claim to be."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activity.numbers import number_below

LIMIT = 10**14


@pytest.mark.parametrize("text", ["", "many", "nan", "inf", "-inf", "1e14", "-1e14", "1e1000000", "-1e999999999", "0x10"])
def test_what_is_none_or_is_too_large_is_nothing(text):
    assert number_below(LIMIT, text) is None


@given(st.decimals(min_value=-LIMIT + 1, max_value=LIMIT - 1, allow_nan=False, allow_infinity=False))
def test_any_other_is_what_it_says(number):
    assert number_below(LIMIT, str(number)) == Decimal(str(number))
