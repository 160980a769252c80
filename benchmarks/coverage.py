"""Whether the forecast's 80 % intervals of next-quarter GRR and NRR hold the truth in 80 % of quarters, on sample books of many seeds.

    python -m benchmarks.coverage --seeds 20 [--accounts 1500] [--processes 1] [--model lightgbm_bag]

For each seed a book is written to a temporary folder, ingested and built as the product does. At each quarterly cutoff models are
fitted on renewals ripe by then, levels and drift are those of quarters before, and the forecast meets ``movements`` a quarter later.
Results go to a file of JSON lines, one a seed; a run that stops goes on where it was.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from churnml.data.book import read_book
from churnml.data.revenue import movements
from churnml.data.sample import write_sample
from churnml.data.snapshots import current, history
from churnml.data.tables import Tables
from churnml.features.build import build
from churnml.features.catalog import CATALOG, available
from churnml.features.window_aggregation.store import update
from churnml.forecast.drift import learn_drift, past_openings
from churnml.forecast.levels import MOVES, base_level
from churnml.forecast.position import position, quarter_ends
from churnml.forecast.projection import forecast, retention, ripe_renewals
from churnml.ingest.ingest import ingest_book
from churnml.learn.calibration import segments_of
from churnml.learn.candidates import MODELS
from churnml.learn.dataset import Dataset
from churnml.learn.level import Level
from churnml.learn.models.base import Training
from churnml.learn.models.registry import model_class
from churnml.learn.training.backtest import calibration
from churnml.outcomes import label
from churnml.params.root import Params, load_params
from churnml.paths import Paths
from churnml.timeline import Fold, add_months, rolling_origin

FOLDS, JUDGED = 10, 8
"""Quarters with models; the newest of them are judged, those before draw the first lines."""
SEASONED = 4
"""Quarters of predictions behind a forecast from which on its levels rest on more than priors; told apart."""
MODELLED = ("churn", "expansion")
"""Contraction enters by its base rate here, as in a book where its model is not proven: it saves a third of the fits."""
RATES = ("grr", "nrr")


@dataclass
class Book:
    """One seed's book, built: tables, training rows, current books at each cutoff, and outcomes."""

    tables: Tables
    params: Params
    dataset: Dataset
    currents: pd.DataFrame
    outcomes: pd.DataFrame
    snapshots: pd.DataFrame
    past: dict[str, list[pd.DataFrame]] = field(default_factory=lambda: {name: [] for name in MODELLED})
    openings: dict[date, pd.DataFrame] = field(default_factory=dict)

    def positions(self, day: date) -> dict[date, pd.DataFrame]:
        """The positions at past openings that the drift of a day is learned from; each is looked up once."""
        revenue, snapshots = self.params.revenue, self.params.snapshots
        days = past_openings(day, self.params.forecast)
        for opening in days:
            if opening not in self.openings:
                ends = quarter_ends(opening, 1)
                self.openings[opening] = position(self.tables, opening, ends, revenue, snapshots)
        return {opening: self.openings[opening] for opening in days}


def make(seed: int, accounts: int, params: Params, places: Paths, folder: Path) -> tuple[Book, list[Fold]]:
    """A sample book of that seed, ingested and built for history and for each cutoff's current book."""
    flags = places.stage("ingest")
    settings = read_book(places.root / flags["book_file"])
    sample = params.sample.model_copy(update={"seed": seed, "n_accounts": accounts})
    write_sample(sample, folder / "raw", folder / "truth.parquet")
    ingest_book(folder / "raw", places.root / flags["mapping"], settings, params.ingest,
                folder / "tables", folder / "quarantine")  # fmt: skip
    update(Tables(folder / "tables"), folder / "daily")
    tables = Tables(folder / "tables", folder / "daily")
    # A quarter is judged once its grace has passed, so the newest one closes a month before the book ends.
    folds = list(rolling_origin(add_months(tables.last_day, -1), FOLDS, 3))
    past = history(tables, params.revenue, params.snapshots)
    stand = [current(tables, fold.cutoff, params.revenue, params.snapshots) for fold in folds]
    both = pd.concat([past, *stand], ignore_index=True)
    built = build(tables, both, available(tables))
    outcomes = label(tables, past, params.revenue)
    dataset = Dataset.join(built.iloc[: len(past)], outcomes, CATALOG)
    return Book(tables, params, dataset, built.iloc[len(past) :], outcomes, past), folds


def predict(book: Book, fold: Fold, outcome: str, model: str) -> tuple[pd.Series, Level] | None:
    """The probability of an outcome for each account live at the cutoff, and its level then; the fold's test predictions are kept for later lines.

    None where too few renewals are ripe.
    """
    train, data = book.params.train, book.dataset
    known, tested = (
        data.ripe(fold.cutoff),
        data.between(fold.cutoff, fold.test_end).ripe(book.tables.last_day),
    )
    if known.lacks(outcome, train.backtest):
        return None
    fitted = model_class(model).fit(Training.of(known, outcome), train, book.params.health, outcome)
    before = _known_by(book.past[outcome], fold.cutoff)
    below = train.calibration.min_fixed_term_days
    lines = calibration(before, "it", known, fitted.held_out, outcome, train, fold.cutoff)
    log_odds = fitted.log_odds(tested.rows)
    book.past[outcome].append(tested.keys.assign(
        ripe_on=pd.to_datetime(tested.outcomes["ripe_on"]), log_odds_it=log_odds, part=segments_of(tested.rows, below),
        arr_usd=tested.outcomes["arr_usd"].astype(float), is_outcome=tested.is_outcome(outcome),
        probability=lines.probability(log_odds, segments_of(tested.rows, below))))  # fmt: skip
    live = book.currents[book.currents["as_of"] == pd.Timestamp(fold.cutoff)]
    chance = lines.probability(fitted.log_odds(live), segments_of(live, below))
    return pd.Series(chance, index=live["account_id"].to_numpy()), lines.level


def _known_by(parts: Sequence[pd.DataFrame], day: date) -> pd.DataFrame:
    """Earlier folds' predictions whose outcome was ripe by a day."""
    past = [part[part["ripe_on"] < pd.Timestamp(day)] for part in parts]
    return pd.concat(past, ignore_index=True) if past else pd.DataFrame()


def judge(book: Book, fold: Fold, told: dict[str, tuple[pd.Series, Level]]) -> dict[str, Any]:
    """One quarter's forecast beside its truth: for each rate the truth, the interval, and the truth's place among the paths."""
    day, params = fold.cutoff, book.params
    ends = quarter_ends(day, 1)
    drift = learn_drift(book.tables, book.positions(day), day, params.revenue)
    renewals = ripe_renewals(book.outcomes, book.snapshots, day, params.snapshots.rolling_horizon_days)
    levels = {
        name: told[name][1] if name in told else base_level(renewals, name, day, params.forecast)
        for name in MOVES
    }
    predicted = {name: chance for name, (chance, _) in told.items()}
    stand = position(book.tables, day, ends, params.revenue, params.snapshots)
    money = forecast(stand, predicted, None, renewals, drift, levels, ends, params.forecast, params.snapshots)
    y_true = movements(book.tables, day, ends[0], params.revenue.grace_days)
    record: dict[str, Any] = {"cutoff": day.isoformat(), "levels": {name: asdict(level) for name, level in levels.items()},
                             "quarters": levels["churn"].quarters, "drift_quarters": drift.quarters}  # fmt: skip
    tail = (1 - params.forecast.interval) / 2
    for name, values in zip(RATES, retention(money.paths), strict=True):
        low, high = np.quantile(values, [tail, 1 - tail])
        truth = getattr(y_true, name)
        place = float((values < truth).mean() + (values == truth).mean() / 2)
        record[name] = {key: round(float(value), 5) for key, value in
                       {"truth": truth, "expected": values.mean(), "low": low, "high": high, "place": place}.items()}  # fmt: skip
    return record


def one_seed(seed: int, accounts: int, model: str, places: Paths) -> dict[str, Any]:
    """All judged quarters of one seed's book, and the CPU seconds they took."""
    started = time.process_time()
    params = load_params(places.root / "params.yaml")
    with tempfile.TemporaryDirectory() as folder:
        book, folds = make(seed, accounts, params, places, Path(folder))
        made = time.process_time() - started
        quarters = []
        for number, fold in enumerate(folds):
            predicted = {name: predict(book, fold, name, model) for name in MODELLED}
            if number >= FOLDS - JUDGED:
                quarters.append(
                    judge(book, fold, {name: p for name, p in predicted.items() if p is not None})
                )
    spent = time.process_time() - started
    return {"seed": seed, "n_accounts": accounts, "model": model, "cpu_seconds": round(spent, 1),
            "cpu_seconds_book": round(made, 1), "quarters": quarters}  # fmt: skip


def report(results: Sequence[dict[str, Any]]) -> str:
    """Coverage, width, bias and the histogram of the truth's place, over all quarters of all seeds."""
    lines = []
    for name in RATES:
        rows = pd.DataFrame(
            [
                quarter[name] | {"past": quarter["quarters"]}
                for record in results
                for quarter in record["quarters"]
            ]
        )
        held = (rows["low"] <= rows["truth"]) & (rows["truth"] <= rows["high"])
        miss = rows["truth"] - rows["expected"]
        seasoned = held[rows["past"] >= SEASONED]
        counts = np.histogram(rows["place"], bins=10, range=(0, 1))[0].tolist()
        lines.append(
            f"{name.upper()}: {held.mean():.1%} of {len(rows)} quarters within the interval ({seasoned.mean():.1%} of the {len(seasoned)} with {SEASONED} quarters behind them), mean width "
            f"{(rows['high'] - rows['low']).mean():.4f}, bias {miss.mean():+.4f} (sd of the miss {miss.std():.4f}), "
            f"place of the truth by tenths {counts}"
        )
    return "\n".join(lines)


def main() -> None:
    """Runs the seeds that the file lacks, a line each, and prints the coverage of all."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.coverage", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first-seed", type=int, default=101)
    parser.add_argument("--accounts", type=int, default=1500)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--model", choices=[*MODELS], default="lightgbm_bag")
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "churnml_coverage.jsonl")
    asked = parser.parse_args()
    lines = asked.out.read_text(encoding="utf-8").splitlines() if asked.out.is_file() else []
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    done = [record for record in map(json.loads, lines) if record["seed"] in seeds
            and (record["n_accounts"], record["model"]) == (asked.accounts, asked.model)]  # fmt: skip
    todo = [seed for seed in seeds if seed not in {record["seed"] for record in done}]
    print(
        f"{asked.model}, {asked.accounts} accounts, {len(done)} seeds done before, {len(todo)} to do; {asked.out}",
        flush=True,
    )
    work = partial(one_seed, accounts=asked.accounts, model=asked.model, places=Paths.here())
    with ProcessPoolExecutor(asked.processes) as pool:
        for record in pool.map(work, todo):
            with asked.out.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(record) + "\n")
            done.append(record)
            print(
                f"seed {record['seed']} in {record['cpu_seconds']} CPU s (book {record['cpu_seconds_book']} s)",
                report([record]),
                sep="\n",
                flush=True,
            )
    print(f"--- {len(done)} seeds ---", report(done), sep="\n")


if __name__ == "__main__":
    main()
