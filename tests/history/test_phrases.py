"""Whole points and dollars that add up."""

import re

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from churnml.history.phrases import apportion, change_text, summing

CHANCE = st.floats(0, 1)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9), st.floats(-0.99, 0.99))
def test_whole_parts_sum_and_stay_near(parts: list[float], off: float) -> None:
    total = round(sum(parts) + off / 2)
    whole = apportion(parts, total)
    assert sum(whole) == total
    assert all(abs(one - part) <= 1 for one, part in zip(whole, parts, strict=True))


@given(CHANCE, CHANCE, st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_the_points_told_add_up(before: float, after: float, calendar: float, model: float) -> None:
    change = after - before
    row = {"churn_probability_365d": after, "change": change, "change_data": change - calendar - model,
           "change_calendar": calendar, "change_model": model}  # fmt: skip
    said, _, parts = change_text(row, 365).partition(":")
    points = sum(int(found) for found in re.findall(r"[+-]\d+", parts))
    assert points == round(100 * after) - round(100 * min(max(round(after - change, 9), 0.0), 1.0))
    assert " from " in said


@given(CHANCE, CHANCE, st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.sampled_from([3, 4]))
def test_parts_as_shown_sum_to_the_change_as_shown(
    before: float, after: float, calendar: float, model: float, decimals: int
) -> None:
    row = {"change": after - before, "change_data": after - before - calendar - model,
           "change_calendar": calendar, "change_model": model}  # fmt: skip
    listed = pd.DataFrame([row, dict.fromkeys(row, float("nan"))])
    shown = summing(listed, decimals)
    told = [int(f"{value:.{decimals}f}".replace(".", "")) for value in shown.loc[0]]
    assert told[0] == sum(told[1:])
    assert ((shown.loc[0] - listed.loc[0]).abs() <= 10.0**-decimals).all()
    assert shown.loc[1].isna().all()


def test_a_change_in_words() -> None:
    row = {
        "churn_probability_365d": 0.411,
        "change": 0.181,
        "change_data": 0.152,
        "change_calendar": 0.041,
        "change_model": -0.012,
    }
    assert change_text(row, 365) == "41% from 23%: +15 data, +4 calendar, -1 model"
    still = dict.fromkeys(row, 0.0) | {"churn_probability_365d": 0.2}
    assert change_text(still, 365) == "20% from 20%"
    assert change_text(still | {"change": float("nan")}, 365) == ""
