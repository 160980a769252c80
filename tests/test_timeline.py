"""Dates: folds that never overlap and month arithmetic that never leaves its month."""

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from churnml.timeline import Window, add_months, rolling_origin

DAYS = st.dates(date(2000, 1, 1), date(2040, 1, 1))


@given(DAYS, st.integers(1, 12), st.integers(1, 6))
def test_folds_follow_each_other_and_end_on_the_last_day(last_day: date, folds: int, step: int) -> None:
    found = rolling_origin(last_day, folds, step)
    assert len(found) == folds
    assert found[-1].test_end == last_day
    assert all(fold.cutoff < fold.test_end for fold in found)
    assert all(a.test_end == b.cutoff for a, b in pairwise(found))


@given(DAYS, st.integers(-60, 60))
def test_adding_months_lands_in_that_month(day: date, months: int) -> None:
    found = add_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day <= day.day


def test_leap_day() -> None:
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)


def test_a_window_reaches_to_its_far_end() -> None:
    assert Window(91, ago=28).reach == 119
