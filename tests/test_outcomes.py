"""Outcomes: exclusive, exhaustive, ripe only once the grace has passed."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from churnml.outcomes import label
from churnml.params.snapshots import Revenue
from tests.books import make_tables, term

REVENUE = Revenue(grace_days=30, tolerance=0.02, min_fixed_term_days=45)
FIRST = term("a", "2023-01-01", "2024-01-01", 1000)


def outcome(folder: Path, *more: dict[str, Any], last_day: str = "2025-01-01") -> pd.Series:
    tables = make_tables(
        folder, {"accounts": [{"account_id": "a"}], "contracts": [FIRST, *more]}, last_day=last_day
    )
    snapshots = pd.DataFrame({"account_id": ["a"], "as_of": [pd.Timestamp("2023-10-03")],
                              "renewal": [pd.Timestamp("2024-01-01")], "lead_days": [90], "is_rolling": [False]})  # fmt: skip
    return label(tables, snapshots, REVENUE).iloc[0]


@pytest.mark.parametrize(("arr", "start", "expected"), [
    (1000, "2024-01-01", "flat"),
    (1020, "2024-01-01", "flat"),
    (1020.01, "2024-01-01", "expansion"),
    (980, "2024-01-01", "flat"),
    (979.99, "2024-01-01", "contraction"),
    (1000, "2024-01-30", "flat"),
    (1000, "2024-02-01", "churn"),
])  # fmt: skip
def test_what_counts(tmp_path: Path, arr: float, start: str, expected: str) -> None:
    assert outcome(tmp_path, term("a", start, "2025-01-01", arr))["outcome"] == expected


def test_no_term_after_is_churn(tmp_path: Path) -> None:
    found = outcome(tmp_path)
    assert found["outcome"] == "churn"
    assert found["arr_usd"] == 1000
    assert found["arr_after_usd"] == 0


@pytest.mark.parametrize(("last_day", "is_ripe"), [("2024-01-31", False), ("2024-02-01", True)])
def test_ripe_when_the_grace_has_passed(tmp_path: Path, last_day: str, is_ripe: bool) -> None:
    found = outcome(tmp_path, last_day=last_day)
    assert found["is_ripe"] == is_ripe
    assert (found["outcome"] is not None) == is_ripe


def test_a_mid_term_cancellation_is_churn_at_its_planned_renewal(tmp_path: Path) -> None:
    cancelled = {**FIRST, "cancelled_at": "2023-11-15"}
    tables = make_tables(
        tmp_path, {"accounts": [{"account_id": "a"}], "contracts": [cancelled]}, last_day="2025-01-01"
    )
    snapshots = pd.DataFrame({"account_id": ["a"], "as_of": [pd.Timestamp("2023-10-03")],
                              "renewal": [pd.Timestamp("2024-01-01")], "lead_days": [90], "is_rolling": [False]})  # fmt: skip
    assert label(tables, snapshots, REVENUE)["outcome"].iloc[0] == "churn"


@pytest.mark.parametrize(("more", "last_day", "left_on"), [
    ([], "2025-01-01", "2024-01-01"),
    ([], "2024-02-01", "2024-01-01"),
    ([], "2024-01-31", None),  # the grace has not passed: it may yet come back
    ([term("a", "2024-01-30", "2025-01-30")], "2024-06-01", None),  # a customer who signs late has not left
    ([term("a", "2024-02-01", "2025-02-01")], "2025-01-01", "2024-01-01"),  # one who comes back has
    ([term("a", "2024-01-01", "2024-07-01")], "2025-01-01", "2024-07-01"),
])  # fmt: skip
def test_the_day_an_account_left_is_told_once_the_grace_confirms_it(
    tmp_path: Path, more: list[dict[str, Any]], last_day: str, left_on: str | None
) -> None:
    found = outcome(tmp_path, *more, last_day=last_day)["left_on"]
    assert (None if pd.isna(found) else str(found.date())) == left_on
