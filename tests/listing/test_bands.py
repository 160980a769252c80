"""A band is held until two readings in a row say otherwise; a fact is shown at once."""

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.listing.ranking import rank_churn
from churnml.listing.status import NEW, NOTICE, RUNGS, settle
from tests.listing.fakes import BANDS
from tests.listing.test_ranking import book

LISTS = 6
READINGS = st.lists(
    st.lists(st.sampled_from([*RUNGS, NOTICE, NEW]), min_size=LISTS, max_size=LISTS), min_size=10, max_size=30
)
"""The readings of some accounts, list after list."""


def shown(readings: list[list[str]]) -> list[list[str]]:
    """The bands shown for each account, list after list."""
    days = pd.DataFrame(readings)
    found = [days[0].tolist()]
    for day in range(1, days.shape[1]):
        before = pd.DataFrame({"band": found[-1], "band_reading": days[day - 1]})
        found.append([str(band) for band in settle(days[day], before)])
    return [list(account) for account in zip(*found, strict=True)]


@settings(max_examples=10)
@given(READINGS)
def test_one_reading_never_flips_a_band(readings: list[list[str]]) -> None:
    for account, bands in zip(readings, shown(readings), strict=True):
        for place, (before, after) in enumerate(pairwise(bands)):
            if before != after and {before, after} <= RUNGS.keys():
                two = [RUNGS[reading] - RUNGS[before] for reading in account[place : place + 2]]
                assert all(way > 0 for way in two) or all(way < 0 for way in two)
                assert after in account[place : place + 2]


@settings(max_examples=10)
@given(READINGS)
def test_two_equal_readings_are_shown(readings: list[list[str]]) -> None:
    for account, bands in zip(readings, shown(readings), strict=True):
        assert all(bands[n + 1] == b for n, (a, b) in enumerate(pairwise(account)) if a == b)


@settings(max_examples=10)
@given(READINGS)
def test_what_is_known_is_shown_at_once_and_never_held(readings: list[list[str]]) -> None:
    for account, bands in zip(readings, shown(readings), strict=True):
        for reading, band in zip(account, bands, strict=True):
            assert (band == reading) or {band, reading} <= RUNGS.keys()


@pytest.mark.parametrize(
    ("readings", "bands"),
    [
        (["normal", "high", "elevated"], ["normal", "normal", "elevated"]),  # the nearer of the two
        (["high", "normal", "elevated"], ["high", "high", "elevated"]),
        (["normal", "high", "normal", "high"], ["normal"] * 4),
        (["high", NOTICE, "normal"], ["high", NOTICE, "normal"]),  # a notice that was taken back
        (["elevated", "normal", "high"], ["elevated"] * 3),  # one on each side
    ],
)
def test_readings_and_what_is_shown(readings: list[str], bands: list[str]) -> None:
    assert shown([readings]) == [bands]


def test_the_flag_follows_the_band_that_is_shown() -> None:
    held = pd.DataFrame({"band": ["normal", "high"], "band_reading": ["normal", "high"]}, index=["e", "d"])
    ranked = rank_churn(book(), 0.0, BANDS, is_proven=True, readings=held).set_index("account_id")
    assert ranked.loc[["e", "d", "a"], "band_reading"].tolist() == ["high", "normal", "high"]
    assert ranked.loc[["e", "d", "a"], "band"].tolist() == ["normal", "high", "high"]  # a was not read before
    assert ranked.loc[["e", "d", "a"], "is_at_risk"].tolist() == [False, True, True]
