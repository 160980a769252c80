"""Whether outcomes dealt out blindly prove anything: ``python -m benchmarks.shuffled --seeds 20``.

Each seed deals the outcomes of the book in use anew among the renewals of the same quarter, whole renewals at a time, so that the
rate and its drift stay and only the tie to the account goes; then the backtest, the choice and the verdict run as ever. Half the
accounts and churn alone unless told otherwise. A line a seed goes to a file, and a seed that stands there is not run again.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.cut_book import book_in_use
from churnml.learn.dataset import RENEWAL, Dataset
from churnml.learn.selection.model_selection import measure
from churnml.learn.selection.promotion import judge
from churnml.learn.training.backtest import backtest
from churnml.params.root import Params
from churnml.paths import Paths


def dealt(book: Dataset, seed: int) -> Dataset:
    """The same snapshots with the outcomes of ripe renewals dealt anew within each quarter of renewal."""
    renewals = book.keys[RENEWAL].assign(outcome=book.outcomes["outcome"], is_ripe=book.outcomes["is_ripe"])
    ripe = renewals[renewals["is_ripe"]].drop_duplicates(RENEWAL)
    rng = np.random.default_rng(seed)
    quarter = ripe["renewal"].dt.to_period("Q")
    ripe = ripe.assign(
        outcome=ripe.groupby(quarter)["outcome"].transform(lambda each: rng.permutation(each.to_numpy()))
    )
    outcome_of = book.keys[RENEWAL].merge(ripe[[*RENEWAL, "outcome"]], on=RENEWAL, how="left")["outcome"]
    kept = outcome_of.where(book.outcomes["is_ripe"].to_numpy(dtype=bool), None)
    return Dataset(book.keys, book.rows, book.outcomes.assign(outcome=kept.to_numpy()), book.features)


def evaluation(book: Dataset, last_day: Any, seed: int, outcome: str, params: Params) -> dict[str, Any]:
    """One seed's verdict, and the CPU seconds it took."""
    start = time.process_time()
    predictions = backtest(dealt(book, seed), outcome, params.train, params.health, last_day)
    verdict = judge(measure(predictions, params.evaluate, outcome), params.gate)
    return {"seed": seed, "outcome": outcome, "accounts": len(np.unique(book.accounts)), "is_proven": verdict.is_proven,
            "model": verdict.model, "roc_auc": verdict.roc_auc, "low": verdict.low, "high": verdict.high,
            "cpu_seconds": round(time.process_time() - start, 1), "sentence": verdict.sentence}  # fmt: skip


def main() -> None:
    """Runs the seeds that are not in the file yet, and prints how often nothing was proven."""
    places = Paths.here()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--accounts", type=int, default=1500)
    parser.add_argument("--outcome", default="churn")
    parser.add_argument("--log", type=Path, default=places.root / "data" / "work" / "shuffled.jsonl")
    asked = parser.parse_args()
    params, _ = places.settings("train")
    book, last_day = book_in_use(places)
    names = pd.unique(book.accounts)
    drawn = np.random.default_rng(0).permutation(names)[: asked.accounts]
    book = book.where(np.isin(book.accounts, drawn))
    lines = asked.log.read_text(encoding="utf-8").splitlines() if asked.log.exists() else []
    done = [json.loads(line) for line in lines]
    done = [
        each
        for each in done
        if (each["outcome"], each["accounts"]) == (asked.outcome, len(np.unique(book.accounts)))
    ]
    for seed in sorted(set(range(asked.seeds)) - {each["seed"] for each in done}):
        done.append(evaluation(book, last_day, seed, asked.outcome, params))
        with asked.log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(done[-1]) + "\n")
        print(json.dumps(done[-1]), flush=True)
    unproven = sum(not each["is_proven"] for each in done)
    print(f"{asked.outcome}: no proven signal in {unproven} of {len(done)} shuffles")


if __name__ == "__main__":
    main()
