"""Lifetime on the list: columns beside the chance to leave, their stated terms, and one line for a person."""

import numpy as np
import pandas as pd

from churnml.evidence.report.report import lifetime_section
from churnml.learn.lifetime.survival_curve import Lifetime
from churnml.learn.models.survival.hazard import Baseline, Hazard
from churnml.listing.columns import COLUMNS, state_terms
from churnml.listing.lifetime import LIFETIME, WITHIN, lifetimes, staying
from churnml.params.health import Lifetime as Settings
from churnml.params.snapshots import Revenue
from churnml.results.lifetime import Gap, HorizonCalibration, LifetimeEvidence, MethodScore, Tied
from churnml.results.stored import NotEnough

TERMS = Settings(horizon_months=48, discount_rate=0.08, gross_margin=0.75, min_renewals=200)
CURVE = {"dated": Baseline((0.5, 1.0, 2.0), (0.01, 0.1, 0.2), 0.1)}
MODEL = Lifetime(
    Hazard("kaplan_meier", "", (), CURVE),
    TERMS,
    Revenue(grace_days=30, tolerance=0.02, min_fixed_term_days=45),
)
BOOK = pd.DataFrame(
    {"lead_days": [60, 200, 10, 90], "arr_usd": [1000.0, 500.0, 100.0, 50.0], "churn_probability": [0.3, 0.05, 1.0, np.nan],
     "band": ["high", "normal", "notice given", "new"]},
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
    told = [staying(row, 48) for _, row in BOOK.join(lifetimes(MODEL, ROWS, BOOK)).iterrows()]
    assert told[0].startswith(
        "30% / 30% / 30% to leave within 90 / 180 / 365 days; 36 months left in the middle case (in 80 of 100: 2 to 48 or more). ARR kept, summed: $"
    )
    assert (
        told[2].startswith("100% / 100% / 100%")
        and "0 months left in the middle case (in 80 of 100: 0 to 0)" in told[2]
    )


CHANCE = HorizonCalibration(900, 400, 90, 0.12, 0.1, slope=1.02, ece=0.011, ece_by_chance=0.02)
TIED = Tied(
    Gap(mean_difference=0.05, share_beyond_10_points=0.11, rank_correlation=0.81),
    at_renewal={"all": CHANCE}, within_90d={"all": CHANCE}, within_180d={"all": CHANCE}, within_365d={},
)  # fmt: skip


def test_the_report_says_which_method_was_used_and_why() -> None:
    fallback = LifetimeEvidence("kaplan_meier", "3 past renewals, fewer than 15", {}, {}, {})
    assert "Used: **Kaplan-Meier** (3 past renewals, fewer than 15)." in lifetime_section(fallback, None)
    scores = {"cox": MethodScore(folds=6, concordance=0.75, integrated_brier=0.066)}
    cox = LifetimeEvidence("cox", "ridge 0.02", scores, {"seats": -0.2}, {}, {"logistic": TIED})
    page = lifetime_section(cox, "logistic")
    assert "Used: **Cox** (ridge 0.02), by `seats`. Out of time: Cox concordance 0.750" in page
    assert "by more than 10 points on 11.0% of the snapshots (rank correlation 0.810)" in page
    assert "| within 90 days | 400 | 12.0% | 10.0% | 1.020 | 0.011 (0.020) |" in page
    assert "within 365 days" not in page
    assert "No survival curve" in lifetime_section(NotEnough("no past"), None)
