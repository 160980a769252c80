"""One stated horizon: what a list orders, bands and sums by, whatever the terms of an account."""

from typing import get_args

import numpy as np
import pandas as pd
import pytest

from churnml.learn.lifetime.survival_curve import HORIZONS
from churnml.listing.capacity import expected_gain
from churnml.listing.horizon import (
    GROWS_WITHIN,
    again,
    base_rate,
    chances,
    comes_within,
    decisions,
    leaves_within,
)
from churnml.listing.interval import HIGH, LOW, with_interval
from churnml.listing.lifetime import WITHIN
from churnml.listing.ranking import rank_churn, rank_expansion
from churnml.params.score import Bands, Score
from tests.listing.fakes import list_metadata
from tests.listing.test_capacity import PROFIT
from tests.listing.test_lifetime import MODEL

BANDS = Bands(high=2.0, elevated=1.2)
BOOK = pd.DataFrame({
    "account_id": ["monthly", "annual", "three years", "gone later", "new"], "standing": ["", "", "", "notice given", "new"],
    "is_rolling": [True, False, False, False, False], "lead_days": [90, 200, 700, 500, 30], "arr_usd": 1000.0,
    "churn_probability": [0.1, 0.2, 0.6, 1.0, np.nan], "expansion_probability": [0.1, 0.3, 0.9, np.nan, np.nan],
    "health_rules": 50.0,
})  # fmt: skip
ROWS = pd.DataFrame({"term_days": [31.0, 365.0, 1096.0, 1096.0, 365.0]})


def judged(days: int, model: object = None) -> pd.DataFrame:
    """The book ranked on both sides by chances within so many days."""
    book = BOOK.join(chances(model, ROWS, BOOK))  # type: ignore[arg-type]
    grows = again(book["expansion_probability"].to_numpy(), decisions(book, ROWS, days))
    ranked = rank_churn(book.assign(**{GROWS_WITHIN: grows}), days, 0.2, BANDS, is_proven=True)
    return rank_expansion(ranked, days, is_proven=True).set_index("account_id")


def test_a_renewal_beyond_the_horizon_is_no_loss_within_it_however_likely() -> None:
    found = judged(365)
    assert found.index.tolist() == ["monthly", "annual", "three years", "new", "gone later"]
    assert found["expected_loss_usd"].round(1).tolist()[:3] == [
        343.9,
        200.0,
        0.0,
    ]  # 0.1 comes round four times
    assert found.loc["gone later", ["expected_loss_usd", "band"]].tolist() == [0.0, "notice given"]
    assert found["band"].tolist()[:3] == ["elevated", "normal", "normal"]
    assert expected_gain(found, WITHIN[365], PROFIT)["three years"] < 0


def test_another_horizon_is_another_order() -> None:
    assert judged(90)["expected_loss_usd"].round(1).tolist()[:3] == [100.0, 0.0, 0.0]
    assert judged(90).loc["annual", "churn_probability"] == 0.2  # that of its renewal stands as it was


def test_the_multiple_is_over_the_mean_of_the_same_horizon() -> None:
    found = judged(365)
    rate = base_rate(found, WITHIN[365])
    assert rate == pytest.approx((0.3439 + 0.2 + 0.0) / 3)  # neither who gave notice nor who is new is judged
    assert found.loc["annual", "churn_base_multiple"] == pytest.approx(0.2 / rate)


def test_growth_counts_at_decisions_within_the_horizon() -> None:
    found = judged(365)
    assert found["expansion_rank"].sort_values().index.tolist()[:3] == ["monthly", "annual", "three years"]
    assert found.loc["three years", ["expansion_arr_usd", "expansion_base_multiple"]].tolist() == [0.0, 0.0]


def test_the_survival_model_says_what_is_left_of_a_later_renewal() -> None:
    found = judged(365, MODEL)
    dated = found.loc[["annual", "three years"], [*WITHIN.values(), "churn_probability"]]
    assert dated.loc["annual", WITHIN[365]] == pytest.approx(0.2)
    assert 0 < dated.loc["three years", WITHIN[365]] < 0.6


def test_the_ends_of_an_interval_are_those_of_the_same_horizon() -> None:
    book = BOOK.assign(**{LOW: BOOK["churn_probability"] / 2, HIGH: BOOK["churn_probability"] * 1.5})
    ends = with_interval(book, lambda chance: leaves_within(None, book, ROWS, chance, 365))
    assert ends["expected_loss_low_usd"].round(1).tolist()[:3] == [185.5, 100.0, 0.0]
    assert ends["expected_loss_high_usd"].round(1).tolist()[:3] == [478.0, 300.0, 0.0]


def test_the_first_lines_state_horizon_and_base_rate() -> None:
    said = list_metadata()
    assert said.lines[0].endswith("Ranked by expected loss within 365 days.")
    stated = type(said)(**{**vars(said), "horizon_days": 90, "base_rate": 0.0042})
    assert stated.lines[0].endswith(
        "Ranked by expected loss within 90 days. Of 100 accounts of this book 0.4 are expected to leave within 90 days."
    )
    assert type(said).from_json(stated.to_json()) == stated


def test_the_setting_offers_the_horizons_that_the_survival_model_tells() -> None:
    assert get_args(Score.model_fields["horizon_days"].annotation) == HORIZONS


def test_where_the_rules_order_those_who_decide_within_the_horizon_go_first() -> None:
    book = BOOK.join(chances(None, ROWS, BOOK)).assign(
        health_rules=[60.0, 50.0, 1.0, 2.0, 3.0], **{GROWS_WITHIN: np.nan}
    )
    assert rank_churn(book, 365, 0.2, BANDS, is_proven=False)["account_id"].tolist() == [
        "annual", "monthly", "three years", "new", "gone later",
    ]  # fmt: skip
    assert rank_churn(book, 90, 0.2, BANDS, is_proven=False)["account_id"].tolist()[0] == "monthly"


def test_a_model_that_only_orders_does_so_within_the_horizon() -> None:
    chance = BOOK["churn_probability"].to_numpy()
    order = comes_within("churn", None, BOOK, ROWS, chance, 365)
    book = BOOK.join(chances(None, ROWS, BOOK)).assign(churn_order=order)
    found = rank_churn(book, 365, 0.2, BANDS, is_proven=False)
    assert found["account_id"].tolist()[:3] == ["monthly", "annual", "three years"]
    assert found[[WITHIN[365], "expected_loss_usd", "churn_base_multiple"]].isna().all(axis=None)
