"""Lifetime on the list: columns beside the chance to leave, their stated terms, and one line for a person."""

import numpy as np
import pandas as pd

from churnml.deliver.lifetime import LIFETIME, WITHIN, lifetimes, state_terms, staying
from churnml.deliver.risk_list import COLUMNS
from churnml.learn.lifetime.curve import Lifetime
from churnml.learn.models.hazard import Baseline, Hazard
from churnml.params import Lifetime as Settings
from churnml.params import Revenue

TERMS = Settings(
    horizon_months=48, discount_rate=0.08, gross_margin=0.75, calibration_bins=10, least_renewals=200
)
CURVE = {"dated": Baseline((0.5, 1.0, 2.0), (0.01, 0.1, 0.2), 0.1)}
MODEL = Lifetime(
    Hazard("kaplan_meier", "", (), CURVE),
    TERMS,
    Revenue(grace_days=30, tolerance=0.02, rolling_below_days=45),
)
BOOK = pd.DataFrame(
    {"lead_days": [60, 200, 10, 90], "arr_usd": [1000.0, 500.0, 100.0, 50.0], "churn_probability": [0.3, 0.05, 1.0, np.nan]},
    index=[3, 1, 2, 0],
)  # fmt: skip
ROWS = pd.DataFrame({"term_days": [365.0] * 4})


def test_the_columns_stand_on_the_list_and_follow_its_chance_to_leave() -> None:
    found = lifetimes(MODEL, ROWS, BOOK)
    names = [told[0] for told in LIFETIME]
    assert set(names) == set(found.columns) <= {column.name for column in COLUMNS}
    assert found.index.equals(BOOK.index)
    ninety, half, year = (found[name] for name in WITHIN.values())
    assert np.isclose(ninety[3], 0.3) and ninety[1] < 0.05 <= year[1] and ninety[2] == 1.0
    judged = BOOK["churn_probability"].notna()
    assert ((ninety <= half) & (half <= year))[judged].all()
    assert found[~judged].isna().all().all()


def test_without_a_survival_model_nothing_is_filled_in() -> None:
    assert lifetimes(None, ROWS, BOOK).isna().all().all()
    assert state_terms(COLUMNS, None) == COLUMNS


def test_the_value_column_states_its_terms() -> None:
    note = next(c.note for c in state_terms(COLUMNS, MODEL) if c.name == "lifetime_value_usd")
    assert note.startswith("Margin of 75% on the ARR kept over 48 months, discounted at 8% a year")


def test_one_line_says_it_to_a_person() -> None:
    told = [staying(row) for _, row in BOOK.join(lifetimes(MODEL, ROWS, BOOK)).iterrows()]
    assert told[0].startswith(
        "30% / 30% / 30% to leave within 90 / 180 / 365 days; 43 months left (80 %: 2 to 48). ARR kept: $"
    )
    assert told[2].startswith("100% / 100% / 100%") and "0 months left (80 %: 0 to 0)" in told[2]
