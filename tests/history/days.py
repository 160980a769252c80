"""Two days' facts and a model that can be read, for the tests of what changed."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

import numpy as np
import pandas as pd

from churnml.features.spec import UNKNOWN, ZERO, Feature
from churnml.history.list_facts import Facts, facts_of
from churnml.learn.arrays import FloatArray
from churnml.learn.artifact.bundle import Bundle
from churnml.learn.log_odds import sigmoid
from churnml.listing.horizon import leaves_within
from churnml.listing.lifetime import WITHIN
from churnml.listing.status import NOTICE

THEN, NOW = date(2024, 12, 4), date(2025, 1, 1)
USERS = Feature(
    name="users",
    source="usage",
    concept="users",
    unit="users",
    churn=-1,
    expansion=1,
    no_rows=ZERO,
    phrase="{value} users",
)
LEFT = Feature(
    name="renewal_in_days",
    source="contracts",
    concept="timing",
    unit="days",
    no_rows=UNKNOWN,
    is_calendar=True,
    phrase="renewal in {value}",
)
PLAN = Feature(
    name="plan",
    source="contracts",
    concept="plan",
    unit="category",
    no_rows=UNKNOWN,
    is_category=True,
    phrase="on plan {value}",
)
TYPICAL: Mapping[str, Any] = {
    "name": "", "csm": "", "renewal": "2025-06-01", "is_rolling": False, "arr_usd": 1000.0, "standing": "",
    "churn_probability": np.nan, "expansion_probability": np.nan, "health_rules": 50.0, "band": "normal",
    "users": 10.0, "plan": None,
}  # fmt: skip
Account = Mapping[str, Any]


class Model:
    """A model of three columns with an interaction, moved by ``shift``: what a refit did."""

    features = (USERS, LEFT, PLAN)
    columns = ["users", "renewal_in_days", "plan"]
    lifetime = None

    def __init__(self, shift: float = 0.0) -> None:
        self.shift = shift

    def probability(self, built: pd.DataFrame) -> FloatArray:
        """More users stay; a renewal that is near weighs on those with few."""
        users, left = (built[name].to_numpy(dtype=float) for name in ("users", "renewal_in_days"))
        on_basic = (built["plan"] == "basic").to_numpy(dtype=float)
        return sigmoid(self.shift + on_basic - users / 10 + (60 - left) / 100 * (1 + 1 / (1 + users)))


def bundle(shift: float = 0.0) -> Bundle:
    """The model as a bundle."""
    return cast("Bundle", Model(shift))


def facts(
    day: date, accounts: Mapping[str, Account], model: Bundle | None = None, called: Iterable[str] = ()
) -> Facts:
    """A day's facts: what is left out of an account is typical; the model, where there is one, says the chances.

    Ranks follow the order given; ``called`` are within capacity.
    """
    rows = pd.DataFrame(
        [{"account_id": name} | dict(TYPICAL) | dict(said) for name, said in accounts.items()]
    )
    rows["renewal"] = pd.to_datetime(rows["renewal"])
    rows["lead_days"] = (rows["renewal"] - pd.Timestamp(day)).dt.days
    rows = rows.assign(renewal_in_days=rows["lead_days"].astype(float), rank=range(1, len(rows) + 1))
    rows["band_reading"] = rows["band"]
    rows["is_within_capacity"] = rows["account_id"].isin(list(called))
    seen = rows[["users", "renewal_in_days", "plan"]].set_axis(rows["account_id"], axis=0)
    if model:
        judged = np.where(
            rows["churn_probability"].isna(), model.probability(rows), rows["churn_probability"]
        )
        rows["churn_probability"] = np.where(
            rows["standing"] == NOTICE, 1.0, np.where(rows["standing"] == "new", np.nan, judged)
        )
    rows[WITHIN[365]] = leaves_within(None, rows, rows, rows["churn_probability"].to_numpy(dtype=float), 365)
    return facts_of(day, rows, 365, [seen] if model else [])
