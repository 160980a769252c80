"""How much the list moves when the model is fitted again without a tenth of the accounts: five refits, riskiest tenth of the book."""

import numpy as np
import pandas as pd

from churnml.data.snapshots import current
from churnml.data.tables import Tables
from churnml.deliver.reasons import model_evidence, tell
from churnml.features.build import build
from churnml.features.catalog import available
from churnml.learn.bundle import Bundle
from churnml.learn.dataset import SIDES, Dataset
from churnml.learn.fit import bundle_of
from churnml.params import Params
from churnml.places import Places

REFITS, KEPT, TOP = 5, 0.9, 0.1


def listed(bundle: Bundle, built: pd.DataFrame, params: Params) -> pd.DataFrame:
    """The first three reason concepts of each account, with its probability, by account."""
    scores = bundle.score_rows(built)
    told = tell(
        model_evidence(
            scores, bundle.features, bundle.medians, bundle.outcome, params.score.reason_least_difference
        ),
        3,
        0,
        params.score.reason_least_share,
    )
    concepts = told[[f"reason_{place}_concept" for place in (1, 2, 3)]].set_axis(
        ["first", "second", "third"], axis=1
    )
    return concepts.assign(probability=scores.probability).set_index(built["account_id"])


def main() -> None:
    """Prints, for each outcome, the shares of accounts whose reasons stay and of the list that stays."""
    places = Places.here()
    params, _ = places.settings("score")
    train, _ = places.settings("train")
    tables = Tables(places.path("ingest", "tables"))
    data = Dataset.join(
        pd.read_parquet(places.path("featurize", "out")),
        pd.read_parquet(places.path("label", "outcomes")),
        available(tables),
    ).ripe(tables.last_day)
    backtest = pd.read_parquet(places.path("train", "backtest"))
    built = build(tables, current(tables, tables.last_day, params.revenue, params.snapshots), data.features)
    for outcome, predictions in backtest[backtest["outcome"].isin(SIDES)].groupby("outcome"):

        def fit(
            chosen: Dataset, predictions: pd.DataFrame = predictions, outcome: str = str(outcome)
        ) -> pd.DataFrame:
            return listed(
                bundle_of(
                    "lightgbm_bag", chosen, outcome, train.train, train.health, predictions, tables.last_day
                ),
                built,
                params,
            )

        before = fit(data)
        top = before["probability"].nlargest(round(TOP * len(before))).index
        found = []
        for refit in range(REFITS):
            rng = np.random.default_rng(refit)
            accounts = np.unique(data.accounts)
            kept = rng.choice(accounts, round(KEPT * len(accounts)), replace=False)
            after = fit(data.of_accounts(kept))
            same = (
                before.loc[top, ["first", "second", "third"]] == after.loc[top, ["first", "second", "third"]]
            ).to_numpy()
            sets = [set(a) == set(b) for a, b in zip(before.loc[top, ["first", "second", "third"]].to_numpy(),
                                                     after.loc[top, ["first", "second", "third"]].to_numpy(), strict=True)]  # fmt: skip
            overlap = len(top.intersection(after["probability"].nlargest(len(top)).index)) / len(top)
            found.append((same[:, 0].mean(), same.all(axis=1).mean(), np.mean(sets), overlap))
        first, three, as_set, overlap = np.mean(found, axis=0)
        print(f"{outcome}: same first reason {first:.3f}, identical top three {three:.3f} (as a set {as_set:.3f}), list overlap {overlap:.3f} "
              f"({REFITS} refits on {KEPT:.0%} of accounts, riskiest {len(top)} of {len(before)})")  # fmt: skip


if __name__ == "__main__":
    main()
