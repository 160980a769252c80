"""How much the list moves when the model is fitted again without a tenth of the accounts: ten refits, riskiest tenth of the book.

    python -m benchmarks.refit_stability [--refits 10]

On the book in use. Beside churnml's reasons (a bag, contributions summed by concept) stands what most tools show: one booster, and
the three columns of the largest SHAP values towards the outcome.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnml.data.snapshots import current
from churnml.data.tables import Tables
from churnml.explain.by_model import model_evidence
from churnml.explain.select import Selection, select_reasons
from churnml.features.build import build
from churnml.features.catalog import available
from churnml.learn.artifact.bundle import Bundle
from churnml.learn.dataset import SIDES, Dataset
from churnml.learn.training.train import bundle_of
from churnml.listing.book_reasons import context_of
from churnml.listing.champions import champion_of, snapshots_of
from churnml.params.root import Params
from churnml.params.train import Train
from churnml.paths import Paths

KEPT, TOP, FIRST = 0.9, 0.1, 3
PLACES = [f"place_{number}" for number in range(1, FIRST + 1)]
Listing = Callable[[Dataset], pd.DataFrame]


@dataclass(frozen=True)
class Book:
    """The book that is fitted again and again, and its live accounts built once for all days they are told beside."""

    params: Params
    train: Params
    tables: Tables
    data: Dataset
    accounts: pd.DataFrame
    built: pd.DataFrame

    @classmethod
    def here(cls) -> "Book":
        """The book in use."""
        places = Paths.here()
        params, train = (places.settings(stage)[0] for stage in ("score", "train"))
        tables = Tables(places.path("ingest", "tables"))
        data = Dataset.join(
            pd.read_parquet(places.path("featurize", "out")),
            pd.read_parquet(places.path("label", "outcomes")),
            available(tables, params.features.exclude),
        ).ripe(tables.last_day)
        accounts = current(tables, tables.last_day, params.revenue, params.snapshots)
        built = build(tables, snapshots_of(accounts, params.score.past_days), data.features)
        return cls(params, train, tables, data, accounts, built)

    def bundle(
        self,
        chosen: Dataset,
        outcome: str,
        predictions: pd.DataFrame,
        train: Train,
        name: str = "lightgbm_bag",
    ) -> Bundle:
        """The model fitted on these accounts."""
        return bundle_of(name, chosen, outcome, train, self.train.health, predictions, self.tables.last_day)

    def concepts(self, bundle: Bundle) -> pd.DataFrame:
        """The first three reason concepts of each account, with its probability, by account."""
        score = self.params.score
        least = self.params.snapshots.min_history_days
        champion = champion_of(bundle, bundle.score_rows(self.built), score.past_days, least)
        evidence = model_evidence(context_of(bundle.outcome, champion, score.min_reason_difference))
        reasons = select_reasons(evidence, Selection(FIRST, 0, score.min_reason_share))
        concepts = reasons[[f"reason_{place}_concept" for place in range(1, FIRST + 1)]].set_axis(
            PLACES, axis=1
        )
        return concepts.assign(probability=champion.scores.probability).set_index(self.accounts["account_id"])

    def columns(self, bundle: Bundle) -> pd.DataFrame:
        """The three columns of the largest SHAP values towards the outcome, with the probability, by account."""
        scores = bundle.score_rows(self.built[: len(self.accounts)])
        order = np.argsort(-scores.contributions.to_numpy(), axis=1, kind="stable")[:, :FIRST]
        names = np.array(scores.contributions.columns)[order]
        return pd.DataFrame(names, columns=PLACES, index=self.accounts["account_id"]).assign(
            probability=scores.probability
        )


def stability(listed: Listing, data: Dataset, refits: int) -> list[float]:
    """Same first reason, identical top three, top three as a set, overlap of the riskiest tenth; means over refits."""
    before = listed(data)
    top = before["probability"].nlargest(round(TOP * len(before))).index
    agreements = []
    for refit in range(refits):
        accounts = np.unique(data.accounts)
        kept = np.random.default_rng(refit).choice(accounts, round(KEPT * len(accounts)), replace=False)
        after = listed(data.where(np.isin(data.accounts, kept)))
        one, two = (frame.loc[top, PLACES].to_numpy() for frame in (before, after))
        same = one == two
        sets = [set(a) == set(b) for a, b in zip(one, two, strict=True)]
        overlap = len(top.intersection(after["probability"].nlargest(len(top)).index)) / len(top)
        agreements.append((same[:, 0].mean(), same.all(axis=1).mean(), np.mean(sets), overlap))
    return [float(value) for value in np.mean(agreements, axis=0)]


def main() -> None:
    """Prints, for each outcome and both ways, the shares of accounts whose reasons stay and of the list that stays."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--refits", type=int, default=10)
    refits = parser.parse_args().refits
    book = Book.here()
    places = Paths.here()
    backtest = pd.read_parquet(places.path("train", "backtest"))
    bag = book.train.train
    one = bag.model_copy(
        update={"lightgbm": bag.lightgbm.model_copy(update={"n_boosters": 1, "subsample": 1.0})}
    )
    print(
        f"book {book.tables.book}, {refits} refits on {KEPT:.0%} of accounts, riskiest {TOP:.0%} of {len(book.accounts)}"
    )
    for outcome, rows in backtest[backtest["outcome"].isin(SIDES)].groupby("outcome"):
        ways: dict[str, Listing] = {
            "a bag, concepts": lambda data, o=str(outcome), p=rows: book.concepts(book.bundle(data, o, p, bag)),
            "one booster, raw SHAP": lambda data, o=str(outcome), p=rows: book.columns(book.bundle(data, o, p, one)),
        }  # fmt: skip
        for name, listed in ways.items():
            first, three, as_set, overlap = stability(listed, book.data, refits)
            print(f"{outcome}, {name}: same first reason {first:.3f}, identical top three {three:.3f} "
                  f"(as a set {as_set:.3f}), list overlap {overlap:.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
