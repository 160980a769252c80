"""The book's expected loss then and now, in dollars that sum."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.history.changes import rounded_dollars, split
from churnml.history.dollars import CLOSING, MOVED, OPENING, in_dollars
from tests.history.days import NOW, THEN, Account, bundle, facts

BOOK = st.dictionaries(
    st.sampled_from("abcdef"),
    st.fixed_dictionaries({
        "users": st.floats(0, 100), "arr_usd": st.floats(0, 1e6), "renewal": st.sampled_from(["2025-02-01", "2025-06-01"]),
        "standing": st.sampled_from(["", "", "notice given", "new"]),
    }), min_size=1,
)  # fmt: skip


def dollars(before: Mapping[str, Account], after: Mapping[str, Account], refit: float = 0.0) -> pd.DataFrame:
    """The book in dollars between two days."""
    then, now = facts(THEN, before, bundle()), facts(NOW, after, bundle(refit))
    return in_dollars(now, then, split(now, then, bundle(refit)))


@settings(max_examples=12)
@given(BOOK, BOOK, st.floats(-1, 1))
def test_opening_and_moves_sum_to_the_closing(
    before: Mapping[str, Account], after: Mapping[str, Account], refit: float
) -> None:
    found = dollars(before, after, refit)
    if len(found):
        usd = found.set_index("part")["usd"]
        assert usd.index.tolist() == [OPENING, *MOVED, CLOSING]
        assert usd[OPENING] + usd[list(MOVED)].sum() == pytest.approx(usd[CLOSING], abs=1e-6)
        whole = rounded_dollars(found)
        assert whole[OPENING] + sum(whole.get(part, 0) for part in MOVED) == whole[CLOSING]
        assert all(abs(whole.get(part, 0) - usd[part]) < 1 for part in (OPENING, *MOVED, CLOSING))


def test_each_cause_has_its_line() -> None:
    then = {"left": {"arr_usd": 100.0}, "stays": {}, "grew": {}, "notice": {}, "young": {"standing": "new"}}
    now = {
        "came": {},
        "stays": {},
        "grew": {"arr_usd": 2000.0},
        "notice": {"standing": "notice given"},
        "young": {},
    }
    usd = dollars(then, now).set_index("part")["usd"]
    p0, p1 = (facts(day, {"a": {}}, bundle()).rows.loc["a", "within"] for day in (THEN, NOW))
    assert usd["left"] == pytest.approx(-100 * p0, abs=0.01)
    assert usd["joined"] == usd["judged"] == pytest.approx(1000 * p1, abs=0.01)
    assert usd["notice"] == pytest.approx(1000 * (1 - p0), abs=0.01)
    assert usd["arr"] == pytest.approx(1000 * (p0 + p1) / 2, abs=0.01)
    assert usd["calendar"] == pytest.approx((1000 + 1500) * (p1 - p0), abs=0.01)
    assert usd["data"] == pytest.approx(0, abs=0.02)
    assert usd["model"] == 0


def test_a_late_renewal_is_no_loss_that_went_away() -> None:
    then = facts(THEN, {"late": {}, "gone": {"arr_usd": 100.0}, "stays": {}}, bundle())
    now = replace(facts(NOW, {"stays": {}}, bundle()), in_grace=("late", "never here"))
    usd = in_dollars(now, then, split(now, then, bundle())).set_index("part")["usd"]
    loss = (then.rows["within"] * then.rows["arr_usd"]).round(2)
    assert (usd["grace"], usd["left"]) == (-loss["late"], -loss["gone"])
    assert usd[OPENING] + usd[list(MOVED)].sum() == pytest.approx(usd[CLOSING], abs=1e-6)


def test_without_the_model_that_made_the_list_a_change_is_no_ones_doing() -> None:
    then = facts(THEN, {"a": {}, "n": {}}, bundle())
    now = facts(NOW, {"a": {"users": 1.0}, "n": {"standing": "notice given"}}, bundle(1.0))
    usd = in_dollars(now, then, split(now, then, None)).set_index("part")["usd"]
    assert usd["unsplit"] > 1 and usd["notice"] > 1
    assert usd[["data", "calendar", "model"]].tolist() == [0, 0, 0]


def test_a_refit_alone_is_the_models_line() -> None:
    account = {"a": {"renewal": "2025-02-01"}}
    then, now = facts(NOW, account, bundle()), facts(NOW, account, bundle(1.0))
    usd = in_dollars(now, then, split(now, then, bundle(1.0))).set_index("part")["usd"]
    assert usd["model"] == pytest.approx(usd[CLOSING] - usd[OPENING], abs=0.02)


def test_without_chances_there_are_no_dollars() -> None:
    then, now = facts(THEN, {"a": {}}), facts(NOW, {"a": {}})
    assert in_dollars(now, then, split(now, then, None)).empty


def test_a_renewal_beyond_the_horizon_is_no_part_of_the_loss_until_it_comes_within() -> None:
    account = {"a": {"renewal": "2025-12-20"}}  # 381 days ahead then, 353 now
    usd = dollars(account, account).set_index("part")["usd"]
    p1 = facts(NOW, account, bundle()).rows.loc["a", "churn_probability"]
    assert (usd[OPENING], usd["data"], usd["model"]) == (0, 0, 0)
    assert usd[CLOSING] == usd["calendar"] == pytest.approx(1000 * p1, abs=0.01)
