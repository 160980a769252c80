"""A book on a day: what is open, signed, in grace; what drifted in past quarters; and a forecast of it all."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from churnml.data.tables import Tables
from churnml.forecast.drift import due, facts, learn_drift
from churnml.forecast.position import arr_on, position, quarter_ends
from churnml.forecast.projection import forecast
from churnml.learn.level import Level
from churnml.params.forecast import Forecast
from churnml.params.snapshots import Revenue, Snapshots
from tests.books import make_tables, term

DAY = date(2024, 6, 1)
REVENUE = Revenue(grace_days=30, tolerance=0.02, min_fixed_term_days=45)
SNAPSHOTS = Snapshots(lead_days=(30, 90), min_history_days=0, rolling_horizon_days=90, rolling_every_days=91)
SETTINGS = Forecast(
    n_quarters=4, n_paths=300, seed=5, interval=0.8, n_past_quarters=2, size_prior_moves=10.0,
)  # fmt: skip
ENDS = quarter_ends(DAY, 4)
CALM = {name: Level(0.0, 0.0, 0.0, 4, 0.0) for name in ("churn", "contraction", "expansion")}
ROWS = [
    term("due", "2023-07-10", "2024-07-10", 1000),
    term("later", "2024-01-01", "2025-01-01", 2000),
    term("signed", "2023-06-20", "2024-06-20", 3000),
    term("signed", "2024-06-20", "2025-06-20", 3600, signed_at="2024-05-20"),
    term("rolling", "2024-05-15", "2024-06-15", 400),
    term("notice", "2023-08-01", "2024-08-01", 500, notice_at="2024-05-25"),
    term("late", "2023-05-20", "2024-05-20", 700),
    term("late", "2024-06-10", "2025-06-10", 770),
    term("gone", "2023-05-10", "2024-05-10", 900),
    term("old", "2022-01-01", "2023-01-01", 900),
    term("quarterly", "2024-05-01", "2024-08-01", 100),
    term("grew", "2023-02-01", "2025-02-01", 1000),
    term("grew", "2024-03-10", "2025-02-01", 100, product="seats"),
]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    accounts = [{"account_id": name} for name in sorted({row["account_id"] for row in ROWS})]
    folder: Path = tmp_path_factory.mktemp("money")
    return make_tables(folder, {"accounts": accounts, "contracts": ROWS}, last_day="2025-01-01")


@pytest.fixture(scope="module")
def book(tables: Tables) -> pd.DataFrame:
    return position(tables, DAY, ENDS, REVENUE, SNAPSHOTS)


def test_the_position_knows_who_is_live_in_grace_and_what_is_signed(book: pd.DataFrame) -> None:
    by = book.set_index("account_id")
    live = {
        "due": 1000,
        "later": 2000,
        "signed": 3000,
        "rolling": 400,
        "notice": 500,
        "quarterly": 100,
        "grew": 1100,
    }
    assert by.loc[~by["is_in_grace"], "arr_usd"].to_dict() == live
    assert by.index[by["is_in_grace"]].tolist() == ["gone", "late"]
    assert by.index[by["has_notice"]].tolist() == ["notice"]
    assert by.loc["signed", "signed_1"] == 3600 and by.loc["due", "signed_1"] == 0
    assert by.loc["signed", "renewal"] == pd.Timestamp("2025-06-20")


def test_decisions_fall_in_their_quarter_and_short_terms_come_round(book: pd.DataFrame) -> None:
    names = book["account_id"]
    falls = [set(names[due(book, number, ENDS, DAY)]) for number in range(1, 5)]
    always = {"rolling", "quarterly"}
    assert falls[0] == always | {"due", "notice", "gone", "late"}
    assert falls[1] == always
    assert falls[2] == always | {"later", "grew"}
    assert falls[3] == always | ({"due"} if ENDS[3] >= date(2025, 7, 10) else set())
    assert dict(zip(names, facts(book, 1), strict=True))["signed"] == pytest.approx(1.2)


def test_drift_is_what_moved_without_a_decision_and_who_came_back(tables: Tables) -> None:
    opening = date(2024, 3, 1)
    past = {opening: position(tables, opening, quarter_ends(opening, 1), REVENUE, SNAPSHOTS),
            DAY: position(tables, DAY, quarter_ends(DAY, 1), REVENUE, SNAPSHOTS)}  # fmt: skip
    found = learn_drift(tables, past, date(2025, 1, 1), REVENUE)
    assert found.quarters == 2
    assert found.ratios.max() == pytest.approx(1.1)  # the seats that "grew" bought in mid-term
    assert found.returned == pytest.approx((1 + 1) / (2 + 2))  # of "gone" and "late" one came back


def test_the_ledger_of_a_day_knows_nothing_later(tables: Tables) -> None:
    day = date(2024, 6, 1)
    assert arr_on(tables, [day], date(2024, 6, 5), 30).loc[:, pd.Timestamp(day)].get("late", 0.0) == 0.0
    assert arr_on(tables, [day], date(2024, 7, 5), 30).loc["late", pd.Timestamp(day)] == 700.0


def test_a_forecast_takes_facts_as_facts(tables: Tables, book: pd.DataFrame) -> None:
    count = 60
    renewals = pd.DataFrame({
        "arr_usd": np.tile([300.0, 1000.0, 3000.0], count // 3), "is_rolling": [False, True] * (count // 2),
        "outcome": ["flat"] * 50 + ["churn"] * 10,
    })  # fmt: skip
    renewals["arr_after_usd"] = renewals["arr_usd"] * (renewals["outcome"] == "flat")
    drift = learn_drift(tables, {}, DAY, REVENUE)
    never = {"churn": pd.Series(0.0, index=book["account_id"])}
    money = forecast(book, never, None, renewals, drift, CALM, ENDS, SETTINGS, SNAPSHOTS)
    first = money.paths[money.paths["quarter"] == 1]
    assert (first["churn"] == 500).all()  # notice is given: it leaves in every future
    assert (first["expansion"] == 600).all()  # the next term is signed
    assert set(first["opening"]) == {8100.0, 8800.0, 9000.0, 9700.0}  # those in grace return or not
    whole = money.accounts[["churn", "contraction", "flat", "expansion"]].sum(axis=1)
    assert whole.tolist() == pytest.approx([1.0] * len(book))
    again = forecast(book, never, None, renewals, drift, CALM, ENDS, SETTINGS, SNAPSHOTS)
    pd.testing.assert_frame_equal(money.paths, again.paths, check_exact=True)
