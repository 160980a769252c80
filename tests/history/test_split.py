"""A probability's change and its three parts."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.errors import TableError
from churnml.history.changes import COLUMNS, split
from churnml.history.list_facts import Facts
from tests.history.days import NOW, THEN, Account, bundle, facts

ACCOUNT = st.fixed_dictionaries({
    "users": st.one_of(st.just(float("nan")), st.floats(0, 200)),
    "renewal": st.sampled_from(["2024-12-20", "2025-02-01", "2025-06-01", "2026-06-01"]),
    "is_rolling": st.booleans(), "standing": st.sampled_from(["", "", "", "notice given", "new"]),
    "plan": st.sampled_from([None, "basic", "pro"]),
})  # fmt: skip
SHIFT = st.floats(-2, 2)


def parts(now: Facts, then: Facts, shift: float = 0.0) -> pd.DataFrame:
    """The split with today's model."""
    return split(now, then, bundle(shift))


@settings(max_examples=12)
@given(st.lists(ACCOUNT, min_size=1, max_size=8), st.lists(ACCOUNT, min_size=1, max_size=8), SHIFT, SHIFT)
def test_the_parts_sum_to_the_change(
    before: Sequence[Account], after: Sequence[Account], old: float, new: float
) -> None:
    then = facts(THEN, {f"a{n}": account for n, account in enumerate(before)}, bundle(old))
    now = facts(NOW, {f"a{n}": account for n, account in enumerate(after)}, bundle(new))
    found = parts(now, then, new)
    moved = (now.rows["within"] - then.rows["within"]).reindex(now.rows.index)
    pd.testing.assert_series_equal(found["change"], moved, check_names=False, check_exact=True)
    summed = found[["change_data", "change_calendar", "change_model"]].sum(axis=1, min_count=3)
    np.testing.assert_allclose(summed, found["change"], rtol=0, atol=1e-12)
    if old == new:
        assert (found["change_model"].dropna() == 0).all()


def test_nothing_but_passing_days_is_calendar() -> None:
    account = {"a": {"users": 3.0}}
    found = parts(facts(NOW, account, bundle()), facts(THEN, account, bundle())).loc["a"]
    assert found["change_calendar"] == found["change"] > 0.02
    assert found["change_data"] == found["change_model"] == 0


def test_nothing_but_another_value_is_data() -> None:
    now, then = facts(NOW, {"a": {"users": 3.0}}, bundle()), facts(NOW, {"a": {"users": 30.0}}, bundle())
    found = parts(now, then).loc["a"]
    assert found["change_data"] == found["change"] > 0.1
    assert found["change_calendar"] == 0


def test_nothing_but_a_refit_is_model() -> None:
    account = {"a": {"users": 3.0}}
    found = parts(facts(NOW, account, bundle(1.0)), facts(NOW, account, bundle()), 1.0).loc["a"]
    assert found["change_model"] == found["change"] > 0.1


def test_neither_gains_by_going_first() -> None:
    """The calendar's part is the mean of its move before and after the data moved."""
    now, then = facts(NOW, {"a": {"users": 0.0}}, bundle()), facts(THEN, {"a": {"users": 30.0}}, bundle())
    p = {
        (users, left): float(bundle().probability(pd.DataFrame({"users": [users], "renewal_in_days": [left], "plan": [None]}))[0])
        for users in (0.0, 30.0) for left in (151.0, 179.0)
    }  # fmt: skip
    calendar = ((p[30.0, 151.0] - p[30.0, 179.0]) + (p[0.0, 151.0] - p[0.0, 179.0])) / 2
    assert parts(now, then).loc["a", "change_calendar"] == pytest.approx(calendar, abs=1e-12)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"renewal": "2024-12-20"}, {"renewal": "2025-12-20"}),  # it renewed
        ({"renewal": "2025-03-04", "is_rolling": True}, {"renewal": "2025-04-01", "is_rolling": True}),
        ({}, {"standing": "notice given"}),
        ({"standing": "notice given"}, {}),  # taken back
    ],
)
def test_where_no_renewal_came_nearer_all_but_a_refit_is_data(before: Account, after: Account) -> None:
    then, now = facts(THEN, {"a": before}, bundle()), facts(NOW, {"a": after}, bundle(0.5))
    found = parts(now, then, 0.5).loc["a"]
    assert found["change_calendar"] == 0
    assert found["change_data"] == pytest.approx(found["change"] - found["change_model"], abs=1e-12)


def test_a_notice_on_both_days_changes_nothing() -> None:
    given_notice = {"a": {"standing": "notice given", "users": 5.0}}
    found = parts(facts(NOW, given_notice, bundle(1.0)), facts(THEN, given_notice, bundle()), 1.0)
    assert (found.loc["a"] == 0).all()


def test_who_was_not_judged_on_both_days_has_no_split() -> None:
    now = facts(NOW, {"came": {}, "new": {"standing": "new"}, "judged": {}}, bundle())
    then = facts(THEN, {"gone": {}, "new": {}, "judged": {"standing": "new"}}, bundle())
    found = parts(now, then)
    assert found.index.tolist() == ["came", "new", "judged"]
    assert found.isna().all(axis=None)


def test_without_a_proven_model_there_is_no_split() -> None:
    found = split(facts(NOW, {"a": {}}), facts(THEN, {"a": {}}), None)
    assert found.columns.tolist() == list(COLUMNS)
    assert found.isna().all(axis=None)


def without_users(day: Facts) -> Facts:
    """The facts of a day whose model did not read users yet."""
    assert day.features is not None
    return Facts(day.day, day.rows, day.features.drop(columns="users"))


def test_a_column_that_was_not_stored_is_built_again() -> None:
    now, then = (
        facts(NOW, {"b": {}, "a": {"users": 1.0}}, bundle()),
        facts(THEN, {"a": {"users": 20.0}, "b": {}}, bundle()),
    )

    def rebuild(keys: pd.DataFrame) -> pd.DataFrame:
        assert keys["as_of"].eq(pd.Timestamp(THEN)).all()
        assert then.features is not None
        return then.features.loc[keys["account_id"]].reset_index()

    pd.testing.assert_frame_equal(
        split(now, without_users(then), bundle(), rebuild), split(now, then, bundle())
    )


def test_what_cannot_be_built_again_is_the_models_part() -> None:
    now, then = facts(NOW, {"a": {"users": 1.0}}, bundle()), facts(THEN, {"a": {"users": 20.0}}, bundle())

    def fail(_: pd.DataFrame) -> pd.DataFrame:
        raise TableError("no such table")

    for rebuild in (None, fail):
        found = split(now, without_users(then), bundle(), rebuild).loc["a"]
        assert found["change_model"] == found["change"] != 0
        assert found["change_data"] == found["change_calendar"] == 0
