"""Who came on the list of those to call, who went off it and why, and who moved."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from churnml.history.moves import moves, off_the_list
from tests.history.days import NOW, THEN, Account, facts


def test_places_are_told() -> None:
    then = facts(THEN, {"a": {}, "b": {}, "c": {}, "d": {}}, called="ab")
    now = facts(NOW, {"c": {}, "a": {}, "new": {}, "d": {}, "b": {}}, called="ca")
    found = moves(now, then)
    assert found["movement"].to_dict() == {
        "c": "new on the list", "a": "down 1", "new": "new account", "d": "", "b": "off the list",
    }  # fmt: skip
    assert found["rank_before"].fillna(0).tolist() == [3, 1, 0, 4, 2]
    assert moves(facts(NOW, {"x": {}}, called="x"), then)["movement"].tolist() == ["new on the list"]


def why(before: Account, after: Account | None) -> str:
    """Why the first account of a list is off the next one."""
    then = facts(THEN, {"a": before}, called="a")
    now = facts(NOW, {"z": {}} | ({"a": after} if after is not None else {}))
    found = off_the_list(now, then)
    assert found[["account_id", "rank_before"]].to_numpy().tolist() == [["a", 1]]
    return str(found.loc[0, "why"])


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({}, None, "left: no live contract any more"),
        ({}, {"standing": "notice given"}, "notice of cancellation given"),
        ({"renewal": "2024-12-20"}, {"renewal": "2025-12-20"}, "renewed: due 2024-12-20, still a customer"),
        ({"renewal": "2025-02-01"}, {"renewal": "2026-02-01"}, "renewed: due 2025-02-01, signed ahead"),
        ({"churn_probability": 0.41}, {"churn_probability": 0.23}, "risk fell: 41% to 23%"),
        ({"churn_probability": 0.4}, {"churn_probability": 0.41, "arr_usd": 500.0}, "ARR fell: $1,000 to $500"),
        ({"churn_probability": 0.4}, {"churn_probability": 0.41}, "others rose: place 1 to 2"),
        ({"is_rolling": True, "renewal": "2025-03-04"}, {"is_rolling": True, "renewal": "2025-04-01"}, "others rose: place 1 to 2"),
        ({"health_rules": 40.0}, {"health_rules": 60.0}, "health rose: 40 to 60 of 100"),
        ({"churn_probability": 0.124}, {"churn_probability": 0.116}, "others rose: place 1 to 2"),  # both read 12%
        ({"churn_probability": 0.4, "arr_usd": 1000.4}, {"churn_probability": 0.4}, "others rose: place 1 to 2"),
        ({"health_rules": 51.6}, {"health_rules": 52.4}, "others rose: place 1 to 2"),
        ({"health_rules": float("nan")}, {}, "others rose: place 1 to 2"),
    ],
)  # fmt: skip
def test_why_an_account_is_off_the_list(
    before: dict[str, Any], after: dict[str, Any] | None, said: str
) -> None:
    assert why(before, after) == said


def test_who_is_in_grace_is_late_and_not_gone() -> None:
    then = facts(THEN, {"late": {}, "gone": {}}, called=["late", "gone"])
    found = off_the_list(replace(facts(NOW, {"z": {}}), in_grace=("late",)), then)
    assert found["why"].tolist() == ["term ended, next not recorded yet", "left: no live contract any more"]


def test_nobody_off_the_list_is_an_empty_table() -> None:
    found = off_the_list(facts(NOW, {"a": {}}, called="a"), facts(THEN, {"a": {}}, called="a"))
    assert found.empty
    assert isinstance(found, pd.DataFrame)
