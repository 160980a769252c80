"""A small invented book of feature rows whose outcomes depend on some columns, or on none."""

from datetime import date

import numpy as np
import pandas as pd

from churnml.errors import NotEnoughError
from churnml.features.spec import UNKNOWN, ZERO, Feature
from churnml.learn.artifact.trained_bundle import TrainedBundle
from churnml.learn.dataset import Dataset
from churnml.learn.training.train import learn_each
from churnml.params.evaluate import Evaluate, Gate, Profit
from churnml.params.health import Health, Rule
from churnml.params.train import Backtest, Calibrating, LightGBM, Logistic, Survival, Train, Tune

LAST_DAY = date(2025, 1, 1)

FEATURES = (
    Feature(
        name="logins",
        source="usage",
        concept="usage",
        unit="events",
        churn=-1,
        expansion=1,
        no_rows=ZERO,
        phrase="{value} logins",
        aggregate="count(*)",
    ),
    Feature(
        name="silence",
        source="touches",
        concept="engagement",
        unit="days",
        churn=1,
        no_rows=UNKNOWN,
        phrase="{value} of silence",
        aggregate="max(x)",
    ),
    Feature(
        name="seats",
        source="contracts",
        concept="contract",
        unit="seats",
        expansion=1,
        no_rows=UNKNOWN,
        phrase="{value} seats",
        aggregate="sum(seats)",
    ),
    Feature(
        name="block",
        source="contracts",
        concept="contract",
        unit="seats",
        no_rows=ZERO,
        is_input=False,
        phrase="",
        aggregate="sum(y)",
    ),
    Feature(
        name="noise",
        source="usage",
        concept="usage",
        unit="events",
        no_rows=ZERO,
        phrase="{value}",
        aggregate="sum(z)",
    ),
    Feature(
        name="segment",
        source="accounts",
        concept="profile",
        unit="category",
        no_rows=UNKNOWN,
        is_category=True,
        phrase="segment {value}",
        aggregate="max(s)",
    ),
)
INPUTS = tuple(feature for feature in FEATURES if feature.is_input)
COLUMNS = [feature.column for feature in INPUTS]

TRAIN = Train(
    seed=3, n_jobs=1, candidates=("rules", "rules_prior", "logistic", "lightgbm_bag"),
    tune=Tune(n_trials=0, newest_share=0.25, ranges={"num_leaves": (3, 12), "learning_rate": (0.05, 0.3)}),
    lightgbm=LightGBM(
        n_boosters=4, n_estimators=25, num_leaves=6, learning_rate=0.1, min_child_samples=20, colsample_bytree=0.8,
        subsample=0.75, max_bin=63, reg_lambda=5.0,
    ),
    logistic=Logistic(tail_share=0.01),
    survival=Survival(
        lead_days=(30, 90), max_covariates=6, min_known_share=0.5, max_correlation=0.9, tail_share=0.01, penalizers=(0.01, 0.5),
        min_at_risk=20,
    ),
    backtest=Backtest(n_folds=3, step_months=4, min_ripe=40, min_each_class=10),
    calibration=Calibrating(half_life_days=365, prior_sd=0.3, min_fixed_term_days=45),
)  # fmt: skip
EVALUATE = Evaluate(
    ties="steadier", seed=2, n_bootstraps=60, confidence=0.9, capacity_share=0.1, min_each_class=10, recall_lead_days=(90, 30),
    profit=Profit(contact_cost_usd=50, incentive_share=0.05, accept_alpha=6, accept_beta=14),
)  # fmt: skip
GATE = Gate(leak_roc_auc=0.95, grade_a=0.8, grade_b=0.7, grade_c=0.6)
HEALTH = Health(components={
    "usage": (Rule(column="logins", bad=0.0, good=12.0, weight=2.0),),
    "engagement": (
        Rule(column="silence", bad=100.0, good=0.0, weight=1.0),
        Rule(column="absent", bad=0.0, good=1.0, weight=9.0),
    ),
})  # fmt: skip


def book(accounts: int = 400, is_planted: bool = True, seed: int = 0) -> Dataset:
    """Four years, two snapshots a renewal, with the outcomes planted in the columns or drawn blindly."""
    rng = np.random.default_rng(seed)
    years = np.tile([2021, 2022, 2023, 2024], accounts)
    account = np.repeat(np.arange(accounts), 4)
    renewal = pd.to_datetime({"year": years, "month": 1, "day": 1}) + pd.to_timedelta(account % 300, unit="D")
    keys = pd.concat([_looked_at(account, renewal, lead) for lead in (30, 90)], ignore_index=True)
    rows = _columns(len(keys), rng)
    risk = (
        0.25 * (6 - rows["logins"]) + 0.02 * (rows["silence"].fillna(50) - 50) + (rows["segment"] == "small")
    )
    chance = 1 / (1 + np.exp(-(risk - 1.8))) if is_planted else np.full(len(rows), 0.2)
    grows = 1 / (1 + np.exp(-(0.2 * (rows["logins"] - 6) - 1.5))) if is_planted else np.full(len(rows), 0.2)
    draw = rng.random(len(rows))
    outcome = np.where(draw < chance, "churn", np.where(draw > 1 - grows * (1 - chance), "expansion", "flat"))
    ripe_on = keys["renewal"] + pd.Timedelta(days=30)
    is_ripe = ripe_on <= pd.Timestamp(LAST_DAY)
    y_true = pd.DataFrame({"arr_usd": rng.lognormal(9, 1, len(keys)), "is_ripe": is_ripe, "ripe_on": ripe_on})
    y_true["outcome"] = np.where(is_ripe, outcome, None)
    return Dataset.join(pd.concat([keys, rows], axis=1), pd.concat([keys, y_true], axis=1), FEATURES)


def _looked_at(account: "np.ndarray", renewal: "pd.Series", lead: int) -> pd.DataFrame:
    names = pd.Series(account).map("{:05d}".format)
    as_of = renewal - pd.Timedelta(days=lead)
    return pd.DataFrame({"account_id": names, "as_of": as_of, "renewal": renewal, "lead_days": lead})


def _columns(size: int, rng: np.random.Generator) -> pd.DataFrame:
    silence = rng.exponential(50, size)
    silence[rng.random(size) < 0.2] = np.nan
    return pd.DataFrame({
        "logins": rng.poisson(6, size).astype(float), "silence": silence, "seats": rng.lognormal(2, 1, size),
        "block": 1.0, "noise": rng.normal(size=size),
        "segment": rng.choice(np.array(["small", "large", None], dtype=object), size),
    })  # fmt: skip


def learn(
    dataset: Dataset, outcome: str, train: Train, health: Health, last_day: date
) -> tuple[dict[str, TrainedBundle], pd.DataFrame]:
    """What training makes of one outcome; the NotEnoughError that says why there is nothing."""
    found = learn_each(dataset, [outcome], train, health, last_day)[outcome]
    if isinstance(found, NotEnoughError):
        raise found
    return found
