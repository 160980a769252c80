"""The order of the list, with and without a proven signal."""

import pandas as pd
import pytest
from pydantic import ValidationError

from churnml.listing.capacity import capacity
from churnml.listing.horizon import GROWS_WITHIN
from churnml.listing.ranking import rank_churn, rank_expansion
from churnml.params.score import Bands
from tests.listing.fakes import BANDS

WITHIN = "churn_probability_365d"


def book() -> pd.DataFrame:
    """Five accounts; c and d tie in probability x ARR, b and e in health."""
    return pd.DataFrame({
        "account_id": ["a", "b", "c", "d", "e"], "arr_usd": [100.0, 1000.0, 200.0, 400.0, 50.0],
        "churn_probability": [0.1, 0.9, 0.9, 0.9, 0.9], WITHIN: [0.9, 0.1, 0.2, 0.1, 0.45],
        "expansion_probability": [0.9, 0.9, 0.1, 0.1, 0.1], GROWS_WITHIN: [0.1, 0.1, 0.5, 0.3, 0.9],
        "standing": "", "lead_days": 90, "health_rules": [80.0, 20.0, 60.0, None, 20.0],
    })  # fmt: skip


def test_proven_ranks_by_expected_loss_and_bands_by_multiple() -> None:
    ranked = rank_churn(book(), 365, 0.4, Bands(high=2.0, elevated=1.2), is_proven=True)
    assert ranked["account_id"].tolist() == [
        "b",
        "a",
        "d",
        "c",
        "e",
    ]  # 100, 90, 40 = 40 (larger ARR first), 22.5
    assert ranked["expected_loss_usd"].tolist() == pytest.approx([100, 90, 40, 40, 22.5])
    assert ranked["churn_base_multiple"].tolist() == pytest.approx(
        [each / 0.35 for each in (0.1, 0.9, 0.1, 0.2, 0.45)]
    )
    assert ranked["band"].tolist() == ["normal", "high", "normal", "normal", "elevated"]
    assert ranked["is_within_capacity"].tolist() == [True, True, False, False, False]
    # b and a are called; e stands above normal.
    assert ranked["is_at_risk"].tolist() == [True, True, False, False, True]


def test_unproven_ranks_by_health_and_shows_no_probability() -> None:
    ranked = rank_churn(book(), 365, 0.4, BANDS, is_proven=False)
    assert ranked["account_id"].tolist() == ["b", "e", "c", "a", "d"]  # the unknown health comes last
    assert ranked[["churn_probability", "churn_base_multiple", "expected_loss_usd"]].isna().all(axis=None)
    assert ranked["band"].eq("").all()
    assert ranked["is_at_risk"].tolist() == [True, True, False, False, False]


def test_unproven_and_ordered_by_a_model_its_log_odds_rank_and_nothing_else_is_said() -> None:
    given = book().assign(churn_order=[0.5, -1.0, 0.5, 2.0, -3.0], expansion_order=[1.0, 0.0, -1.0, 3.0, 2.0])
    ranked = rank_churn(given, 365, 0.4, BANDS, is_proven=False)
    assert ranked["account_id"].tolist() == ["d", "c", "a", "b", "e"]  # c and a tie: the larger ARR first
    assert ranked[["churn_probability", "churn_base_multiple", "expected_loss_usd"]].isna().all(axis=None)
    assert ranked["band"].eq("").all()
    growing = (
        rank_expansion(given, 365, is_proven=False).set_index("account_id")["expansion_rank"].sort_values()
    )
    assert growing.index.tolist() == ["d", "e", "a", "b", "c"]
    proven = rank_churn(given, 365, 0.4, BANDS, is_proven=True)
    assert proven["account_id"].tolist() == ["b", "a", "d", "c", "e"]  # dollars, as without an order


def test_growth_is_ranked_by_probability_times_arr_or_by_health() -> None:
    proven = rank_expansion(book(), 365, is_proven=True).set_index("account_id")["expansion_rank"]
    assert proven.sort_values().index.tolist() == ["d", "b", "c", "e", "a"]
    unproven = rank_expansion(book(), 365, is_proven=False)
    assert unproven.set_index("account_id")["expansion_rank"].sort_values().index.tolist() == [
        "a",
        "c",
        "b",
        "e",
        "d",
    ]
    assert unproven["expansion_probability"].isna().all()


@pytest.mark.parametrize(
    ("accounts", "share", "calls"),
    [(30, 0.1, 3), (25, 0.1, 3), (1, 0.1, 1), (0, 0.1, 0), (10, 0.0, 0), (10, 1.0, 10)],
)
def test_capacity_is_a_share_rounded_up(accounts: int, share: float, calls: int) -> None:
    assert capacity(accounts, share) == calls


@pytest.mark.parametrize(
    ("bands", "said"),
    [({"high": 1.0, "elevated": 1.5}, "must be above elevated"), ({"high": 3.0}, "elevated"),
     ({"high": 3.0, "elevated": 0}, "greater than 0"), ({"high": 3.0, "elevated": 1.5, "low": 1.0}, "low")],
)  # fmt: skip
def test_bands_are_high_above_elevated_and_no_others(bands: dict[str, float], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Bands.model_validate(bands)


@pytest.mark.parametrize("is_proven", [True, False])
def test_those_already_lost_stand_last_by_arr_and_take_no_call_even_where_calls_are_left(
    is_proven: bool,
) -> None:
    noticed = book().assign(
        standing=["notice given", "", "notice given", "new", ""], health_rules=[20.0, 20, 80, 50, 60]
    )
    noticed.loc[noticed["standing"] == "notice given", "churn_probability"] = 1.0
    ranked = rank_churn(noticed, 365, 1.0, BANDS, is_proven)
    assert ranked["account_id"].tolist()[2:] == [
        "d",
        "c",
        "a",
    ]  # new, then lost: 200 before 100 whatever their health
    assert ranked["is_within_capacity"].tolist() == [True, True, False, False, False]
    assert ranked["rank"].tolist() == [1, 2, 3, 4, 5] and ranked["is_at_risk"].tolist()[3:] == [True, True]
