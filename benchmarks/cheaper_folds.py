"""What a backtest by half the boosters, or by four training leads of seven, would cost in evidence.

    python -m benchmarks.cheaper_folds [--book crm5 --work FOLDER]

On the book in use, or on another whose tables, features.parquet and outcomes.parquet lie in FOLDER. Each fold's bag is fitted once:
its first five boosters are the bag of five, since accounts are drawn for one booster after the other. Every bag is calibrated as the
backtest does it. Printed are ROC-AUC, log loss and calibration slope, and what each cheaper way changes, with a 90 % interval over
the same resamples of accounts. Four leads are tried where a book has seven. About two minutes of one core on the sample book.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from churnml.data.tables import Tables
from churnml.features.catalog import CATALOG
from churnml.learn.arrays import FloatArray
from churnml.learn.calibration import segments_of
from churnml.learn.dataset import SIDES, Dataset
from churnml.learn.folds import folds_of
from churnml.learn.metrics.bootstrap import account_weights, calibration_slope, over_folds, roc_auc
from churnml.learn.models.base import Training
from churnml.learn.models.lightgbm.bag import LightGBMBag, account_draws, mean_of_known
from churnml.learn.training.backtest import calibration
from churnml.params.root import Params
from churnml.paths import Paths
from churnml.timeline import Fold

TODAY, FIVE, FOUR_LEADS = "ten boosters, all leads", "five boosters", "four leads"
FEW, LEADS = 5, (30, 90, 180, 365)
RESAMPLES, EDGE, SEED = 500, 0.05, 29
Bag = tuple[
    Dataset, FloatArray, FloatArray
]  # the rows it was fitted on, their held-out log-odds, those of the test rows


def bags(train_set: Dataset, test_set: Dataset, outcome: str, params: Params) -> dict[str, Bag]:
    """Each way's bag on one fold."""
    leads = train_set.keys["lead_days"]
    found = dict(zip((TODAY, FIVE), bag(train_set, test_set, outcome, params), strict=True))
    if leads.nunique() > len(LEADS):
        few = train_set.where(leads.isin(LEADS).to_numpy())
        found[FOUR_LEADS] = bag(few, test_set, outcome, params)[0]
    return found


def bag(train_set: Dataset, test_set: Dataset, outcome: str, params: Params) -> tuple[Bag, Bag]:
    """The bag of all boosters and that of the first few."""
    training = Training.of(train_set, outcome)
    model = LightGBMBag.fit(training, params.train, params.health, outcome)
    members = np.array([member.log_odds(test_set.rows) for member in model.members])
    draws = account_draws(training.accounts, params.train)[:FEW]
    unseen = np.array([
        np.where(drawn, np.nan, member.log_odds(training.rows))
        for drawn, member in zip(draws, model.members[:FEW], strict=True)
    ])  # fmt: skip
    assert model.held_out is not None
    return (
        (train_set, model.held_out, members.mean(axis=0)),
        (train_set, mean_of_known(unseen), members[:FEW].mean(axis=0)),
    )


def predictions(dataset: Dataset, outcome: str, params: Params, tables: Tables) -> dict[str, pd.DataFrame]:
    """Each way's calibrated predictions of all folds."""
    done: dict[str, list[pd.DataFrame]] = {}
    backtest = params.train.backtest
    for fold in folds_of(dataset, tables.last_day, backtest):
        train_set = dataset.ripe(fold.cutoff)
        test_set = dataset.between(fold.cutoff, fold.test_end).ripe(tables.last_day)
        if len(test_set.keys) and not train_set.lacks(outcome, backtest):
            for way, fitted in bags(train_set, test_set, outcome, params).items():
                frames = done.setdefault(way, [])
                frames.append(_calibrated(fitted, test_set, outcome, params, fold, frames))
    return {way: pd.concat(frames, ignore_index=True) for way, frames in done.items()}


def _calibrated(
    fitted: Bag, test_set: Dataset, outcome: str, params: Params, fold: Fold, earlier: list[pd.DataFrame]
) -> pd.DataFrame:
    train_set, held_out, log_odds = fitted
    past = [frame[frame["ripe_on"] < pd.Timestamp(fold.cutoff)] for frame in earlier]
    history = pd.concat(past, ignore_index=True) if past else pd.DataFrame()
    lines = calibration(history, "it", train_set, held_out, outcome, params.train, fold.cutoff)
    part = segments_of(test_set.rows, params.train.calibration.min_fixed_term_days)
    return test_set.keys.assign(
        cutoff=pd.Timestamp(fold.cutoff), ripe_on=pd.to_datetime(test_set.outcomes["ripe_on"]), part=part,
        is_outcome=test_set.is_outcome(outcome), log_odds_it=log_odds,
        probability=lines.probability(log_odds, part),
    )  # fmt: skip


def figures(frame: pd.DataFrame, weights: FloatArray) -> dict[str, FloatArray]:
    """ROC-AUC within folds, log loss and calibration slope, in the book as it is and in each resample."""
    folds = pd.factorize(frame["cutoff"], sort=True)[0]
    probability = frame["probability"].to_numpy(dtype=float).clip(1e-12, 1 - 1e-12)
    y_true = frame["is_outcome"].to_numpy(dtype=float)
    loss = -np.log(np.where(y_true > 0, probability, 1 - probability))
    return {
        "ROC-AUC": over_folds(roc_auc, folds, probability, y_true, weights),
        "log loss": loss @ weights / weights.sum(axis=0),
        "calibration slope": calibration_slope(np.log(probability / (1 - probability)), y_true, weights),
    }


def report(found: dict[str, pd.DataFrame], outcome: str, show: Callable[[str], None] = print) -> None:
    """Prints one outcome's figures and differences."""
    accounts = found[TODAY]["account_id"].to_numpy(dtype=object)
    weights = account_weights(accounts, RESAMPLES, SEED)
    measured = {way: figures(frame, weights) for way, frame in found.items()}
    for metric, today in measured[TODAY].items():
        show(f"{outcome:10s} {metric:18s} {today[0]:8.4f}  {TODAY}")
        for way in list(measured)[1:]:
            change = measured[way][metric] - today
            low, high = np.nanquantile(change[1:], [EDGE, 1 - EDGE])
            show(f"{'':10s} {'':18s} {change[0]:+8.4f}  {way} ({low:+.4f} to {high:+.4f})")


def main() -> None:
    """Measures the book that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--book")
    parser.add_argument("--work", type=Path)
    asked = parser.parse_args()
    places = Paths.here().of(asked.book, Path() if asked.book else None)
    work = asked.work or places.path("label", "outcomes").parent
    params, tables = places.settings("train")[0], Tables(work / "tables")
    features, outcomes = (pd.read_parquet(work / f"{name}.parquet") for name in ("features", "outcomes"))
    dataset = Dataset.join(features, outcomes, CATALOG)
    for outcome in SIDES:
        found = predictions(dataset, outcome, params, tables)
        if found:
            report(found, outcome)
        else:
            print(f"{outcome:10s} not enough renewals in any fold")


if __name__ == "__main__":
    main()
